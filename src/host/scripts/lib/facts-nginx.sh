# shellcheck shell=sh disable=SC2034,SC2154 # what is set here is read by inspect.sh and survey.sh
# A part of inspect.sh and survey.sh: what nginx is configured to do. Needs facts.sh and facts-daemons.sh.

# The running master is asked by its own program, with the file and prefix that it was given; else the nginx on PATH.
read_nginx() {
	master=
	for folder in $masters; do
		master=$folder
		break
	done
	binary=
	if [ -n "$master" ]; then binary=$(program "$master"); fi
	case ${binary##*/} in nginx* | openresty* | tengine* | freenginx*) ;; *) binary=$(command -v nginx) ;; esac
	[ -n "$binary" ] || return 0
	section nginx-version
	if ! trusted "$binary"; then
		section nginx-strange
		printf '%s\n' "$binary" | strangers | told_strangers
		return
	fi
	said=$(as_uid "$my_uid" "$binary" -V 2>&1 | at_most 65536)
	printf '%s\n' "$said" | head -n 1 | head -c 1024
	set -- "$master" "$(given_option p)" "$(given_option c)"
	nginx_prefix=${2:-$(built_with prefix /usr/local/nginx)}
	case $nginx_prefix in /*) ;; *) nginx_prefix=$(readlink "$master/cwd")/$nginx_prefix ;; esac
	nginx_config=${3:-$(built_with conf-path conf/nginx.conf)}
	case $nginx_config in /*) ;; *) nginx_config=${nginx_prefix%/}/$nginx_config ;; esac
	nginx_folder=${nginx_config%/*}
	strange_files=$({
		printf '%s\n' "$binary"
		nginx_files "$nginx_config"
	} | strangers)
	if [ -n "$strange_files" ]; then
		section nginx-strange
		printf '%s\n' "$strange_files" | told_strangers
		return
	fi
	if [ -n "$3" ]; then set -- -c "$3"; else set --; fi
	if [ -n "$(given_option p)" ]; then set -- -p "$nginx_prefix" "$@"; fi
	config=$(asked "$@")
	case $config in "$newline$nonce"*)
		section nginx-error
		as_uid "$my_uid" "$binary" -t "$@" 2>&1 </dev/null | at_most 8192
		return
		;;
	esac
	# Newlines at the end are lost.
	if [ "$(printf '%s' "$config" | wc -c)" -gt $((nginx_most - 512)) ]; then
		section nginx-cut
		echo "$nginx_most"
	fi
	section nginx-config
	printf '%s\n' "$config"
	section hosts
	at_most 65536 </etc/hosts
	files=$(printf '%s\n' "$config" | sed -n 's/^# configuration file \(.*\):$/\1/p' | head -n 20000)
	section nginx-unwritable
	printf '%s\n' "$files" | while IFS= read -r file; do
		[ ! -L "$file" ] || file=$(readlink -f -- "$file")
		if [ ! -w "$file" ] || [ ! -w "${file%/*}" ]; then printf '%s\n' "$file"; fi
	done
	section nginx-sizes
	printf '%s\n' "$files" | tr '\n' '\0' | xargs -0 stat -L -c '%s %n' 2>/dev/null
	# A link that was made, or a file that was taken away, shows only in the link's or in the folder's own time. The
	# folder of the first file is left out, because backups and drafts lie there.
	section nginx-times
	first=$(printf '%s\n' "$files" | sed -n '1s#/[^/]*$##p')
	{
		printf '%s\n' "$files" | tr '\n' '\0' | xargs -0 stat -L -c '%Y %n'
		printf '%s\n' "$files" | tr '\n' '\0' | xargs -0 stat -c '%Y %n'
		printf '%s\n' "$files" | sed 's#/[^/]*$##' | sort -u | grep -vxF -e "$first" | tr '\n' '\0' | xargs -0 stat -c '%Y %n'
	} 2>/dev/null
}

# asked OPTION…: what nginx says that it is configured with; behind it, as a section of their own, its warnings, which it writes
# besides: one run for both.
asked() {
	{
		warned=$({ as_uid "$my_uid" "$binary" -T "$@" 2>&4 </dev/null | at_most "$nginx_most" >&3; } 4>&1 |
			grep -aE '\[(warn|error)\] ' | head -n 50 | at_most 16384)
		section nginx-warnings
		printf '%s\n' "$warned"
	} 3>&1
}

# Bytes of `nginx -T` that are looked at: together with all other facts, less than what is taken of one command.
nginx_most=6291456

# given_option c|p: what the running master was given, from its title: `nginx: master process /usr/sbin/nginx -c /x -g …`.
given_option() {
	[ -n "$master" ] || return 0
	tr '\0' ' ' <"$master/cmdline" | head -c 4096 | awk -v flag="-$1" '{
		for (n = 4; n <= NF; n++) {
			if ($n == flag) { print $(n + 1); exit }
			if (index($n, flag) == 1) { print substr($n, 3); exit }
		}
	}'
}

# built_with OPTION OTHERWISE: what `nginx -V` says it was configured with.
built_with() {
	belay_value=$(printf '%s\n' "$said" | tr " '" '\n' | sed -n "s/^--$1=//p" | tail -n 1)
	printf '%s\n' "${belay_value:-$2}"
}

# nginx_files FILE: it, all that it includes, and what nginx would load or run as it reads them; rather more than less.
# From a look at the text, because nginx itself is asked only where all of it is root's.
nginx_files() {
	level=$1 all_files=$newline loaded='' depth=0
	while [ -n "$level" ] && [ "$depth" -lt 12 ]; do
		depth=$((depth + 1))
		all_files=$all_files$level$newline
		found=$(printf '%s\n' "$level" | tr '\n' '\0' | CONF=$nginx_folder/ PREFIX=${nginx_prefix%/}/ xargs -0 awk "$nginx_names" 2>/dev/null |
			expanded)
		level=
		while IFS= read -r file; do
			case $file in
			'') ;;
			+*) loaded=$loaded${file#+}$newline ;;
			*) case $newline$all_files$level$newline in *"$newline$file$newline"*) ;; *) level=$level${level:+$newline}$file ;; esac ;;
			esac
		done <<-END
			$found
		END
	done
	printf '%s' "$all_files$loaded" | sed '/^$/d' | sort -u
}

# expanded: of the patterns on stdin the files that match; what has a plus before it, as it is.
expanded() {
	while IFS= read -r pattern; do
		case $pattern in
		+*) printf '%s\n' "$pattern" ;;
		*)
			IFS=
			for file in $pattern; do [ ! -f "$file" ] || printf '%s\n' "$file"; done
			unset IFS
			;;
		esac
	done
}

# Prints what files of nginx's name: patterns of `include`, and with a plus before them what is loaded.
# shellcheck disable=SC2016 # awk's own dollar signs
nginx_names='
	BEGIN {
		RS = ";"
		loads = "load_module|perl_modules|perl_require|js_import|js_include|js_path|js_preload_object|init_by_lua_file|lua_package_c?path"
		named = "(^|[ \t\r\n{}])[\"\047]?(include|" loads ")[\"\047]?[ \t\r\n]+"
	}
	function paths(text, part, n, i) {
		gsub(/["\047?*]/, " ", text)
		n = split(text, part, /[ \t\r\n]+/)
		for (i = 1; i <= n; i++) {
			if (part[i] ~ /^\//) print "+" part[i]
			else if (part[i] ~ /\//) { print "+" ENVIRON["PREFIX"] part[i]; print "+" ENVIRON["CONF"] part[i] }
		}
	}
	open != "" {
		paths($0)
		if (index($0, open)) open = ""
	}
	!/include|load_module|perl_|js_|_by_lua_file|lua_package/ { next }
	{
		text = $0
		gsub(/(^|\n)[ \t]*#[^\n]*/, "\n", text)
		while (match(text, named)) {
			word = substr(text, RSTART, RLENGTH)
			text = substr(text, RSTART + RLENGTH)
			gsub(/[^a-z_]/, "", word)
			if (word != "include") {
				paths(text)
				# Its parts are separated by semicolons, within quotes.
				quote = substr(text, 1, 1)
				if (quote ~ /["\047]/ && !index(substr(text, 2), quote)) open = quote
				continue
			}
			rest = text
			if (match(rest, /^"[^"]*"|^\047[^\047]*\047/)) rest = substr(rest, 2, RLENGTH - 2)
			else sub(/[ \t\r\n{}].*$/, "", rest)
			print (rest ~ /^\// ? "" : ENVIRON["CONF"]) rest
		}
	}'

# The certificates that nginx's configuration names: the files themselves, not what nginx has loaded. One that lies where a
# user could lead root elsewhere is read as its own user.
read_certificates() {
	names=$(printf '%s\n' "$config" | sed -n 's/^[[:space:]]*ssl_certificate[[:space:]][[:space:]]*\([^;$]*\);.*$/\1/p' |
		tr -d "\"'" | sort -u | head -n 50)
	[ -n "$names" ] || return 0
	openssl=$(command -v openssl)
	doubtful=
	if [ "$my_uid" = 0 ]; then
		doubtful=$(printf '%s\n' "$names" | F=$nginx_folder awk '{ print (/^\// ? "" : ENVIRON["F"] "/") $0 }' | strangers)
	fi
	printf '%s\n' "$names" | while IFS= read -r file; do
		section certificate "$file"
		case $file in /*) ;; *) file=$nginx_folder/$file ;; esac
		if [ -z "$openssl" ]; then
			echo 'error=openssl is not installed'
			continue
		fi
		set -- within_seconds
		if [ -n "$doubtful" ] && ! trusted "$file"; then set -- as_uid "$(stat -L -c %u "$file" 2>/dev/null || echo 65534)"; fi
		set -- "$@" openssl x509 -noout -enddate
		"$@" -ext subjectAltName -in "$file" 2>/dev/null </dev/null | at_most 8192 | grep . && continue
		"$@" -in "$file" 2>&1 </dev/null | head -n 3 | at_most 1024
	done
}
