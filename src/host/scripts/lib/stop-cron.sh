# shellcheck shell=sh disable=SC2034,SC2154 # variables of common.sh, kept.sh, pm2.sh and the script that includes this
# A line of cron that would start something, or one of a script that cron runs. Needs cron-lines.sh.

stop_cron() {
	swap_cron_line "$(kept "$1" source)" "$(kept "$1" line)" "$(kept "$1" text)" "$(kept "$1" commented)"
	case $swapped in
	yes) said "$1" 'commented out' ;;
	already) said "$1" 'is commented out already' ;;
	*) die "$(kept "$1" label): the line changed since the backup; expected in $(kept "$1" source): $(kept "$1" text)" ;;
	esac
}

hold_cron() {
	[ "$(kept "$1" state)" = 'in force' ] || return 0
	swap_cron_line "$(kept "$1" source)" "$(kept "$1" line)" "$(kept "$1" commented)" "$(kept "$1" text)"
	case $swapped in
	yes) said "$1" 'in force again' ;;
	no) said "$1" "left alone: $(kept "$1" source) no longer has the line, nor its commented form; it was: $(kept "$1" text)" ;;
	esac
}

start_cron() { :; }

is_back_cron() {
	fields_as back_ "$1" source digest text
	if [ -z "$back_digest" ]; then
		read_cron "$back_source" 2>/dev/null | grep -Fxq -e "$back_text"
	else
		[ -n "$(read_cron "$back_source" 2>/dev/null | cron_line_of "$back_digest" 0)" ]
	fi
}

goes_on_cron() {
	return 1
}

came_back_cron() {
	return 1
}
