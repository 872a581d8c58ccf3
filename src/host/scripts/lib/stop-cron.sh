# shellcheck shell=sh disable=SC2034,SC2154 # variables of common.sh, kept.sh, pm2.sh and the script that includes this
# A line of cron that would start something, or one of a script that cron runs. Needs cron-lines.sh.

# keep_cron STOP RECORD: of a script a copy without the line goes to $folder, and its name to $scripts.
keep_cron() {
	fields "$2" source line text digest script
	read_cron "$source" >"$1/crontab" 2>/dev/null || :
	found=$text
	# The plan does not hold a line with a secret: it is looked for by its digest.
	if [ -n "$digest" ]; then found=$(cron_line_of "$digest" "$line" <"$1/crontab"); fi
	if [ -z "$found" ] || ! grep -qxF -e "$found" "$1/crontab"; then changed "expected the line '$text' in $source"; fi
	keep_fields "$1" "$2" source line
	keep "$1" text "$found"
	if [ -n "$script" ]; then
		# A command that does nothing, because 'then' needs one behind it.
		keep "$1" commented ": # belay $deployment: $found"
		put_off_in_copy "$source" "$line" "$found" "$1"
	else
		keep "$1" commented "# belay $deployment: $found"
	fi
	keep "$1" state 'in force'
}

# put_off_in_copy SCRIPT LINE TEXT STOP: what stays of a script has to be one still: see scripts_are_whole.
put_off_in_copy() {
	copy=$folder/scripts/$(printf %s "$1" | tr / _)
	if [ ! -f "$copy" ]; then
		mkdir -p -- "$folder/scripts"
		cp -- "$1" "$copy"
		scripts="$scripts$1
"
	fi
	AT=$2 FROM=$3 TO=$(kept "$4" commented) awk '{ print NR == ENVIRON["AT"] && $0 == ENVIRON["FROM"] ? ENVIRON["TO"] : $0 }' "$copy" >"$copy.new"
	mv -- "$copy.new" "$copy"
}

# scripts_are_whole: what stays of every script from which a line was taken is one still; else the caller ends.
scripts_are_whole() {
	while read -r script; do
		[ -n "$script" ] || continue
		copy=$folder/scripts/$(printf %s "$script" | tr / _)
		shell="sh"
		case $(head -n 1 "$copy") in *bash*) shell=bash ;; esac
		wrong=$("$shell" -n "$copy" 2>&1) ||
			die "$script would make no sense without the lines that start the app ($wrong): take them out of it yourself, then plan again"
	done <<-END
		$scripts
	END
}

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
