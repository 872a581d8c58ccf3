# belay:with trust.sh state.sh facts.sh facts-daemons.sh nginx-apart.sh facts-nginx-said.sh facts-nginx.sh
# shellcheck shell=sh disable=SC2034,SC2154 # variables that facts.sh reads and sets
# nginx's files as they are now, for who is about to exchange something in them.
# Fields: nonce, path, an app's, and belay, its folder beside that
# Output: sections as inspect.sh has them, `nginx-command`: its program, its -c and its -p, `nginx-real`: each file's real path, and `end`.
fields "$1" nonce path belay
real=$(readlink -f "$path" 2>/dev/null || printf '%s' "$path")
look_around
read_system
read_processes
read_nginx
section nginx-command
printf '%s\n%s\n%s\n' "$binary" "${given_c:+$nginx_config}" "${given_p:+$nginx_prefix}"
section nginx-real
printf '%s\n' "$in_config" | sed -n 's/^F //p' | while IFS= read -r file; do printf '%s\t%s\n' "$(readlink -f -- "$file")" "$file"; done
section end
