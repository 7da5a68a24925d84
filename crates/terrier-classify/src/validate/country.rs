//! Codes of countries (ISO 3166-1), as they stand in the codes of banks and securities.

/// The codes of two letters, in order; `XK` is in use for Kosovo.
const CODES: &[u8] = b"ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZ\
DEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKW\
KYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRU\
RWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW";

/// Tells whether the two letters are the code of a country.
pub(super) fn is_country(code: [u8; 2]) -> bool {
    let (codes, _) = CODES.as_chunks::<2>();
    codes.binary_search(&code).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_found() {
        let (codes, rest) = CODES.as_chunks::<2>();
        assert!(codes.is_sorted() && rest.is_empty());
        assert_eq!(codes.len(), 250);
        assert!([*b"DE", *b"AD", *b"ZW", *b"XK"].into_iter().all(is_country));
        assert!(![*b"ZZ", *b"AA", *b"UK", *b"EU", *b"de"].into_iter().any(is_country));
    }
}
