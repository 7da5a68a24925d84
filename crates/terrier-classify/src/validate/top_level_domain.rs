//! The top-level domains that mail addresses are found under.

use std::sync::LazyLock;

use super::word_parts::{MOST_PACKED, packed};

/// Every country's code in use (ISO 3166-1 and `eu`, `uk`, `su`, `ac`).
const COUNTRIES: &str = "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg \
ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu \
gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh \
mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa \
sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf \
ws ye yt za zm zw";

/// Generic domains: the old ones, and of the new ones those in wide use for mail.
const GENERIC: &str = "academy accountant accountants adult aero africa agency amsterdam app art asia associates attorney auction audio auto baby band \
bank bar barcelona bargains bayern beauty beer berlin best bet bid bike bingo bio biz black blog blue boston boutique broker brussels build builders \
business buzz cab cafe camera camp capital car cards care career careers casa cash casino cat catering center ceo charity chat cheap church city claims \
cleaning click clinic clothing cloud club coach codes coffee college cologne com community company computer condos construction consulting contact \
contractors cooking cool coop country coupons courses credit cruises dance data dating day deals degree delivery democrat dental dentist design dev \
diamonds diet digital direct directory discount doctor dog domains earth eco edu education email energy engineer engineering enterprises equipment \
estate events exchange expert express family fans farm fashion film finance financial fish fit fitness flights florist flowers foo football forsale \
foundation frl fun fund furniture futbol fyi gallery game games garden gay gift gifts gives glass global gmbh gold golf gov graphics gratis green group \
guide guitars guru hair hamburg haus health healthcare help hiphop hiv hockey holdings holiday homes horse hospital host house how inc industries info \
ink institute insurance insure int international investments istanbul jetzt jewelry jobs kaufen kim kitchen koeln koln land lat law lawyer lease legal \
lgbt life lighting limited limo link live llc loan loans lol london love ltd luxury madrid maison management market marketing mba media melbourne \
memorial men menu miami mil mobi moda moe mom money mortgage moscow museum music name net network new news ngo ninja nyc one ong online onl ooo org \
organic page paris partners parts party pet pharmacy photo photography photos pics pictures pizza place plumbing plus poker post press pro productions \
promo properties property pub quebec racing recipes red rehab reise reisen rent rentals repair report republican rest restaurant review reviews rich \
rio rip rocks rodeo ruhr run sale salon sarl school schule science scot security services sex sexy shoes shop shopping show singles site ski soccer \
social software solar solutions space sport sports store storage stream studio study style sucks supplies supply support surf surgery swiss sydney \
systems tattoo tax taxi team tech technology tel tennis theater tickets tips tires tirol today tokyo tools top tours town toys trade trading training \
travel tube university uno vacations vegas ventures vet viajes video villas vin vip vision vodka vote voyage wales watch webcam website wedding wien \
wiki win wine work works world wtf xxx xyz yoga zone example test";

/// All of them, packed and in order.
static DOMAINS: LazyLock<Vec<u128>> = LazyLock::new(|| {
    let labels = [COUNTRIES, GENERIC].into_iter().flat_map(str::split_ascii_whitespace);
    let mut domains: Vec<u128> = labels.map(|label| packed(label.as_bytes())).collect();
    domains.sort_unstable();
    domains
});

/// Tells whether mail addresses are found under this domain, in any case.
pub(super) fn is_top_level_domain(label: &[u8]) -> bool {
    let is_encoded = label.first_chunk::<4>().is_some_and(|start| start.eq_ignore_ascii_case(b"xn--"));
    is_encoded || (label.len() <= MOST_PACKED && DOMAINS.binary_search(&packed(label)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_and_unknown() {
        let labels = || [COUNTRIES, GENERIC].into_iter().flat_map(str::split_ascii_whitespace).map(str::as_bytes);
        assert!(
            labels()
                .all(|label| label.len() <= MOST_PACKED && is_top_level_domain(label) && is_top_level_domain(&label.to_ascii_uppercase()))
        );
        assert!([&b"com"[..], b"de", b"io", b"museum", b"xn--p1ai"].into_iter().all(is_top_level_domain));
        assert!(![&b"zz"[..], b"local", b"corp", b""].into_iter().any(is_top_level_domain));
    }
}
