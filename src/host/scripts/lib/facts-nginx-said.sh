# shellcheck shell=sh disable=SC2034,SC2154 # variables of facts-nginx.sh, and of facts.sh; what is set here is read by inspect.sh
# A part of inspect.sh and survey.sh: what nginx said of its configuration, and the files that it names. Needs facts.sh and trust.sh.

in_config='' nginx_ports='' nginx_certificates='' nginx_sockets=''

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
	/(^|[ \t{};])ssl_certificate[ \t][^;$]*;/ && !/^[ \t]*#/ {
		rest = $0
		# A whole server may stand on one line.
		while (match(rest, /(^|[ \t{};])ssl_certificate[ \t][^;$]*;/)) {
			name = substr(rest, RSTART, RLENGTH - 1)
			rest = substr(rest, RSTART + RLENGTH)
			sub(/^.?ssl_certificate[ \t]+/, "", name)
			sub(/[ \t]+$/, "", name)
			gsub(/["\047]/, "", name)
			if (!seen["C", name]++ && ++certificates <= 50) print "C", name
		}
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
