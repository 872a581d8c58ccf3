# shellcheck shell=sh disable=SC2034,SC2154 # what is set here is read by inspect.sh and survey.sh
# A part of inspect.sh and survey.sh: asks nginx what it is configured to do. Needs facts.sh, facts-daemons.sh, nginx-apart.sh and
# facts-nginx-said.sh.

# The running master is asked by its own program, with the file and prefix that it was given; else the nginx on PATH.
read_nginx() {
	master='' program=''
	for folder in $masters; do
		master=$folder
		program_of "$master"
		break
	done
	binary=$program
	case ${binary##*/} in nginx* | openresty* | tengine* | freenginx*) ;; *) binary=$(command -v nginx) ;; esac
	[ -n "$binary" ] || return 0
	section nginx-version
	if ! trusted "$binary"; then
		tell_nginx_strange
		return
	fi
	said=$(as_uid "$my_uid" "$binary" -V 2>&1 | head -c 65536)
	printf '%.1024s\n' "${said%%"$newline"*}"
	given_options
	set --
	[ -z "$given_c" ] || set -- -c "$given_c"
	[ -z "$given_p" ] || set -- -p "$nginx_prefix" "$@"
	nginx_files
	if ! ask_nginx "$@"; then
		tell_nginx_strange
		return
	fi
	case $config in
	*'# configuration file '*) ;;
	*)
		section nginx-error
		printf '%.8192s\n' "$config"
		return
		;;
	esac
	# Newlines at the end are lost.
	if [ ${#config} -gt $((nginx_most - 512)) ]; then
		section nginx-cut
		echo "$nginx_most"
	fi
	section nginx-config
	printf '%s\n' "$config"
	section hosts
	head -c 65536 /etc/hosts 2>/dev/null
	take_out_of_config
	tell_unwritable
	tell_nginx_times
}

given_c='' given_p=''

# Bytes of `nginx -T` that are looked at: together with all other facts, less than what is taken of one command.
nginx_most=5242880

# tell_nginx_strange: what find_strangers found.
tell_nginx_strange() {
	section nginx-strange
	printf '%s' "$belay_found" | told_strangers
}

# given_options: sets given_c and given_p to what the running master was given, from its title (`nginx: master process
# /usr/sbin/nginx -c /x -g …`), and nginx_prefix, nginx_config and nginx_folder to what it means with that.
given_options() {
	given_c='' given_p=''
	if [ -n "$master" ]; then
		title_of "$master"
		set -f
		# shellcheck disable=SC2086 # parted at the blanks
		set -- $title
		set +f
		while [ $# -gt 3 ]; do
			case $4 in
			-c) : "${given_c:=${5-}}" ;;
			-c*) : "${given_c:=${4#-c}}" ;;
			-p) : "${given_p:=${5-}}" ;;
			-p*) : "${given_p:=${4#-p}}" ;;
			esac
			shift
		done
	fi
	built_with
	nginx_prefix=${given_p:-$built_prefix}
	case $nginx_prefix in /*) ;; *) nginx_prefix=$(readlink "$master/cwd")/$nginx_prefix ;; esac
	nginx_config=${given_c:-$built_config}
	case $nginx_config in /*) ;; *) nginx_config=${nginx_prefix%/}/$nginx_config ;; esac
	nginx_folder=${nginx_config%/*}
}

# built_with: of what `nginx -V` says it was configured with sets built_prefix, built_config, and written to what is written to
# without being told, as nginx_files has it.
built_with() {
	built_prefix=/usr/local/nginx built_config=conf/nginx.conf
	built_error=logs/error.log built_http=logs/access.log built_pid=logs/nginx.pid
	built_temp='client_body_temp proxy_temp fastcgi_temp uwsgi_temp scgi_temp'
	set -f
	IFS=" '$newline"
	# shellcheck disable=SC2086 # parted at the blanks
	set -- $said
	unset IFS
	set +f
	for option; do
		case $option in
		--prefix=*) built_prefix=${option#*=} ;;
		--conf-path=*) built_config=${option#*=} ;;
		--error-log-path=*) built_error=${option#*=} ;;
		--http-log-path=*) built_http=${option#*=} ;;
		--pid-path=*) built_pid=${option#*=} ;;
		--http-*-temp-path=*) built_temp="$built_temp ${option#*=}" ;;
		esac
	done
	written="f$built_error${newline}f$built_http${newline}f$built_pid$newline"
	for option in $built_temp; do written="${written}d$option$newline"; done
}

# nginx_files: sets all_files to the configuration and all that it includes; loaded to what nginx would load or run as it reads
# them; certificates to those that they name; written to what nginx opens to write as it reads them, `<f for a file, d for a folder, s
# for a socket><path>`, to which built_with has added. Each one a line, and rather more than less, from a look at the text.
nginx_files() {
	level=$nginx_config all_files=$newline loaded='' certificates='' depth=0
	while [ -n "$level" ] && [ "$depth" -lt 12 ]; do
		depth=$((depth + 1))
		all_files=$all_files$level$newline
		found=$(CONF=$nginx_folder/ PREFIX=${nginx_prefix%/}/ awk "$nginx_names" <<-END
			$level
		END
		)
		level=
		while IFS= read -r named; do
			case $named in
			'') ;;
			+*) loaded=$loaded${named#+}$newline ;;
			=*) certificates=$certificates${named#=}$newline ;;
			'>'*) written=$written${named#>}$newline ;;
			*)
				# A pattern.
				IFS=
				for file in $named; do
					[ -f "$file" ] || continue
					case $newline$all_files$level$newline in *"$newline$file$newline"*) ;; *) level=$level${level:+$newline}$file ;; esac
				done
				unset IFS
				;;
			esac
		done <<-END
			$found
		END
	done
	all_files=${all_files#"$newline"}
}

# Prints what the files on stdin, one a line, name for nginx: patterns of `include`; and what nginx_files tells apart: after a
# plus what is loaded, after = certificates, after > what is written to.
# shellcheck disable=SC2016 # awk's own dollar signs
nginx_names='
	BEGIN {
		loads = "load_module|perl_modules|perl_require|js_import|js_include|js_path|js_preload_object|init_by_lua_file|lua_package_c?path"
		writes = "access_log|error_log|pid|google_perftools_profiles|listen|[a-z_]*_path"
		named = "(^|[ \t\r\n{}])[\"\047]?(include|ssl_certificate|" loads "|" writes ")[\"\047]?[ \t\r\n]+"
		loads = "^(" loads ")$"
	}
	function loaded(text, part, n, i) {
		gsub(/["\047?*]/, " ", text)
		n = split(text, part, /[ \t\r\n]+/)
		for (i = 1; i <= n; i++) {
			if (part[i] ~ /^\//) print "+" part[i]
			else if (part[i] ~ /\//) { print "+" ENVIRON["PREFIX"] part[i]; print "+" ENVIRON["CONF"] part[i] }
		}
	}
	# The first argument of a directive.
	function argument(text) {
		if (match(text, /^"[^"]*"|^\047[^\047]*\047/)) return substr(text, 2, RLENGTH - 2)
		sub(/[ \t\r\n{}].*$/, "", text)
		return text
	}
	function below(folder, name) { return (name ~ /^\// ? "" : folder) name }
	function written(word, name) {
		if (word == "listen") {
			if (sub(/^unix:/, "", name)) print ">s" name
			return
		}
		if (name ~ /^(off|on|stderr|syslog:.*|memory:.*|)$/ || name ~ /\$/) return
		print ">" (word ~ /_path$/ ? "d" : "f") name
	}
	function directive(text, word, quote) {
		if (open != "") {
			loaded(text)
			if (index(text, open)) open = ""
		}
		if (text !~ /include|load_module|perl_|js_|_by_lua_file|lua_package|ssl_certificate|_log|pid|profiles|listen|_path/) return
		gsub(/(^|\n)[ \t]*#[^\n]*/, "\n", text)
		while (match(text, named)) {
			word = substr(text, RSTART, RLENGTH)
			text = substr(text, RSTART + RLENGTH)
			gsub(/[^a-z_]/, "", word)
			if (word == "include") print below(ENVIRON["CONF"], argument(text))
			else if (word == "ssl_certificate") print "=" below(ENVIRON["CONF"], argument(text))
			else if (word !~ loads) written(word, argument(text))
			else {
				loaded(text)
				# Its parts are separated by semicolons, within quotes.
				quote = substr(text, 1, 1)
				if (quote ~ /["\047]/ && !index(substr(text, 2), quote)) open = quote
			}
		}
	}
	{
		file = $0
		open = ""
		RS = ";"
		while ((getline text < file) > 0) directive(text)
		close(file)
		RS = "\n"
	}'
