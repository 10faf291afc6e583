# Sourced by play and check: finds what is missing on a Debian machine and installs it.
# Arguments of need_packages: package names. Asks first on a terminal, goes ahead without one.

say() { printf '%s\n' "$*" >&2; }

missing_packages() {
    for package in "$@"; do
        if ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed'; then
            printf '%s ' "$package"
        fi
    done
}

need_packages() {
    command -v dpkg-query >/dev/null 2>&1 || return 0 # not Debian: meson names what it cannot find
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
            as_root=sudo
        else
            say "These packages are missing: $missing"
            say "Please run:  su -c 'apt-get update && apt-get install -y $missing'"
            exit 69
        fi
    fi
    if [ -t 0 ] && [ -z "${CI:-}" ]; then
        printf 'To build craps, these packages are needed: %s\nInstall them now? [Y/n] ' "$missing" >&2
        read -r answer || answer=n
        case "$answer" in
        '' | y | Y | yes) ;;
        *)
            say "Nothing was changed. To do it yourself:  apt-get install $missing"
            exit 69
            ;;
        esac
    fi
    say "Installing: $missing"
    # shellcheck disable=SC2086
    if ! { $as_root apt-get update -q && DEBIAN_FRONTEND=noninteractive \
        $as_root apt-get install -y -q --no-install-recommends $missing; } >&2; then
        say "The packages could not be installed. Please run:  apt-get update && apt-get install -y $missing"
        exit 69
    fi
}

build_packages='gcc libc6-dev meson ninja-build pkg-config libncurses-dev libsodium-dev liblz4-dev
 libenet-dev libsqlite3-dev libjansson-dev liburcu-dev libutf8proc-dev libqrencode-dev
 libmicrohttpd-dev libcurl4-gnutls-dev'
