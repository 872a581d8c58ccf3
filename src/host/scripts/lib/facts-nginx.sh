# shellcheck shell=sh disable=SC2034,SC2154 # what is set here is read by inspect.sh and survey.sh
# A part of inspect.sh and survey.sh: what nginx is configured to do. Needs facts.sh, facts-daemons.sh and nginx-apart.sh.

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

given_c='' given_p='' in_config='' nginx_ports='' nginx_certificates='' nginx_sockets=''

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

# take_out_of_config: sets in_config to what else is asked for, one a line: `P <port>`, `C <certificate>` and `S <folder of a
# socket>`, then `W <warning>`, and after them `F <file>`; nginx_ports to the ports.
take_out_of_config() {
	in_config=$(printf '%s\n' "$config" | awk "$config_lines")
	nginx_ports='' nginx_certificates='' nginx_sockets='' ports_count=0
	section nginx-warnings
	while read -r kind value; do
		case $kind in
		P) nginx_ports="$nginx_ports $value" ports_count=$((ports_count + 1)) ;;
		C) nginx_certificates="$nginx_certificates$value$newline" ;;
		S) nginx_sockets="$nginx_sockets$value$newline" ;;
		W) printf '%s\n' "$value" ;;
		F) break ;;
		esac
	done <<-END
		$in_config
	END
}

# What comes before the first file is what nginx says on its error output.
# shellcheck disable=SC2016 # awk's own dollar signs
config_lines='
	/^# configuration file .*:$/ {
		if (++files <= 20000) file[files] = substr($0, 22, length($0) - 22)
		next
	}
	!files { if (/\[(warn|error)\] / && ++warnings <= 50) warning[warnings] = substr($0, 1, 1000); next }
	/(_pass|server)[ \t]/ {
		rest = $0
		while (match(rest, /:[0-9][0-9]+/)) {
			port = substr(rest, RSTART + 1, RLENGTH - 1)
			rest = substr(rest, RSTART + RLENGTH)
			if (length(port) <= 5 && !seen["P", port]++ && ++ports <= 50) print "P", port
		}
	}
	/unix:\// {
		rest = $0
		while (match(rest, /unix:\/[^ ;:{}]+/)) {
			folder = substr(rest, RSTART + 5, RLENGTH - 5)
			rest = substr(rest, RSTART + RLENGTH)
			sub(/\/[^\/]*$/, "", folder)
			if (!seen["S", folder]++ && ++folders <= 50) print "S", folder
		}
	}
	/^[ \t]*ssl_certificate[ \t][^;$]*;/ {
		name = $0
		sub(/^[ \t]*ssl_certificate[ \t]+/, "", name)
		sub(/;.*$/, "", name)
		gsub(/["\047]/, "", name)
		if (!seen["C", name]++ && ++certificates <= 50) print "C", name
	}
	END {
		for (i = 1; i in warning; i++) print "W", warning[i]
		for (i = 1; i in file; i++) print "F", file[i]
	}'

# tell_unwritable: those of the files, where they really lie, that cannot be written, or whose folder cannot.
tell_unwritable() {
	section nginx-unwritable
	links=
	while read -r kind file; do
		[ "$kind" = F ] || continue
		if [ -L "$file" ]; then
			links=$links$file$newline
		elif [ ! -w "$file" ] || [ ! -w "${file%/*}" ]; then
			printf '%s\n' "$file"
		fi
	done <<-END
		$in_config
	END
	[ -n "$links" ] || return 0
	while IFS= read -r file; do
		if [ -n "$file" ] && { [ ! -w "$file" ] || [ ! -w "${file%/*}" ]; }; then printf '%s\n' "$file"; fi
	done <<-END
		$(printf '%s' "$links" | tr '\n' '\0' | xargs -0 realpath -- 2>/dev/null)
	END
}

# tell_nginx_times: sizes of the files, and when they, links to them and their folders were changed.
tell_nginx_times() {
	section nginx-sizes
	printf '%s\n' "$in_config" | sed -n 's/^F //p' | tr '\n' '\0' | xargs -0 stat -L -c '%s %Y %n' 2>/dev/null | NONCE=$nonce awk '
		{ name = substr($0, length($1) + length($2) + 3); print $1, name; time[NR] = $2 " " name }
		END { print "\n" ENVIRON["NONCE"] " nginx-times"; for (i = 1; i <= NR; i++) print time[i] }'
	# A link that was made, or a file that was taken away, shows only in the link's or in the folder's own time. The
	# folder of the first file is left out, because backups and drafts lie there.
	printf '%s\n' "$in_config" | awk '
		sub(/^F /, "") { print; sub(/\/[^\/]*$/, ""); if (!n++) seen[$0] = 1; if (!seen[$0]++) print }' |
		tr '\n' '\0' | xargs -0 stat -c '%Y %n' 2>/dev/null
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

# The certificates that nginx's configuration names, which are no secret: the files themselves, not what nginx has loaded. One
# that lies where a user could lead root elsewhere is read as its own user.
read_certificates() {
	ours='' others=''
	while IFS= read -r name; do
		case $name in '') continue ;; /*) file=$name ;; *) file=$nginx_folder/$name ;; esac
		if [ "$my_uid" != 0 ] || vouched "$file"; then ours=$ours$name$newline; else others=$others$name$newline; fi
	done <<-END
		$nginx_certificates
	END
	[ -z "$ours" ] || printf '%s' "$ours" | NONCE=$nonce FOLDER=$nginx_folder/ awk "$first_certificate"
	[ -n "$others" ] || return 0
	while IFS= read -r name; do
		[ -n "$name" ] || continue
		section certificate "$name"
		case $name in /*) file=$name ;; *) file=$nginx_folder/$name ;; esac
		printf '%s\n' "$file" | as_uid "$(stat -L -c %u "$file" 2>/dev/null || echo 65534)" awk "$first_certificate" 2>&1 | at_most 32768
	done <<-END
		$others
	END
}

# Of each file that stdin names its first certificate; never a key, which may lie beside it. With NONCE as sections.
# shellcheck disable=SC2016 # awk's own dollar signs
first_certificate='
	{
		if (ENVIRON["NONCE"] != "") print "\n" ENVIRON["NONCE"] " certificate " $0
		file = ($0 ~ /^\// ? "" : ENVIRON["FOLDER"]) $0
		within = lines = 0
		while ((came = (getline line < file)) > 0 && lines < 500) {
			if (line ~ /^-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----/) within = 1
			if (within) { lines++; print substr(line, 1, 80) }
			if (within && line ~ /^-----END/) break
		}
		close(file)
		if (!lines) print "error=" (came < 0 ? "it cannot be opened" : "there is no certificate in it")
	}'
