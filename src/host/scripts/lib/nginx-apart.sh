# shellcheck shell=sh disable=SC2034,SC2154 # variables of facts-nginx.sh
# A part of facts-nginx.sh: asks nginx so that nothing of somebody else's is written to. `nginx -T` opens the logs that it is told of to
# write, makes folders and gives them to its workers, all as root and by name. Where another user may put a link in the way of
# such a name, that would reach what the link leads to; so nginx then works in a view of its own, in which that user's folder
# has those files already, and all that is written goes away with it.

# ask_nginx OPTION…: sets config to what `nginx -T` says, its warnings before it; vouched to the certificates that nobody but
# root can change. Returns 1 where it cannot be asked as root: belay_found then says what others could change.
ask_nginx() {
	views='' vouched=''
	if [ "$my_uid" = 0 ]; then
		find_strangers "$binary$newline$all_files$loaded$certificates$(printf '%s' "$written" | PREFIX=${nginx_prefix%/}/ awk '
			{ sub(/^./, ""); sub(/\/+$/, ""); sub(/\/[^\/]*$/, ""); if ($0 !~ /^\//) $0 = ENVIRON["PREFIX"] $0; if (!seen[$0]++) print }')"
		if [ -z "$belay_found" ]; then
			vouched=$certificates
		else
			find_strangers "$binary$newline$all_files$loaded"
			[ -z "$belay_found" ] || return 1
			belay_found=some
		fi
		find_views "$belay_found"
	fi
	if [ -z "$views" ]; then
		config=$(as_uid "$my_uid" "$binary" -T "$@" 2>&1 </dev/null | head -c "$nginx_most")
		return 0
	fi
	set -- -- "$binary" -T "$@"
	tops=
	while IFS= read -r top && IFS= read -r name; do
		set -- "$top" "$name" "$@"
		tops=$tops$top$newline
	done <<-END
		$views
	END
	config=$(as_uid 0 unshare -m sh -c "$apart" sh "$@" 2>&1 </dev/null | head -c "$nginx_most")
	case $config in
	*'# configuration file '* | *'nginx: '*) ;;
	*)
		find_strangers "$tops"
		return 1
		;;
	esac
}

# vouched FILE: whether nobody but root can change that certificate.
vouched() {
	case $newline$vouched in *"$newline$1$newline"*) return 0 ;; esac
	trusted "$1"
}

# find_views STRANGE: sets views to what nginx must not reach by name, two lines each: the uppermost folder on the way that
# somebody else may write in, and what lies below it, with its kind before it. Where STRANGE is empty all folders are
# root's, so that only what root's own links lead to is left, and what lies where everybody may write.
find_views() {
	while IFS= read -r entry; do
		[ -n "$entry" ] || continue
		file=${entry#?}
		case $file in /*) ;; *) file=${nginx_prefix%/}/$file ;; esac
		while case $file in ?*/) ;; *) false ;; esac do file=${file%/}; done
		find_view "$file" "${entry%"${entry#?}"}" "$1"
	done <<-END
		$written
	END
}

# find_view FILE KIND STRANGE
find_view() {
	view_file=$1 view_hops=0 view_at='' view_rest=${1#/} view_strange=$3
	while [ "$view_hops" -le 40 ]; do
		view_part=${view_rest%%/*}
		# A folder whose entries only root can replace.
		if [ -L "$view_at/$view_part" ]; then
			view_hops=$((view_hops + 1))
			view_target=$(readlink -- "$view_at/$view_part")
			case $view_target in /*) ;; *) view_target=$view_at/$view_target ;; esac
			case $view_rest in
			*/*) view_target=$view_target/${view_rest#*/} ;;
			# The folders that this leads through were not looked at.
			*) view_strange=some ;;
			esac
			view_at='' view_rest=${view_target#/}
			continue
		fi
		case $view_rest in */*) ;; *) return 0 ;; esac
		view_at=$view_at/$view_part view_rest=${view_rest#*/}
		while case $view_rest in /*) ;; *) false ;; esac do view_rest=${view_rest#/}; done
		[ -d "$view_at" ] || return 0
		if [ -k "$view_at" ]; then
			# What is there and root's nobody else can replace.
			view_next=$view_at/${view_rest%%/*}
			# shellcheck disable=SC3067 # every shell that is /bin/sh somewhere has -O
			[ -O "$view_next" ] && continue
		else
			[ -n "$view_strange" ] || continue
			find_strangers "$view_at"
			[ -n "$belay_found" ] || continue
		fi
		views="$views$view_at$newline$2$view_rest$newline"
		return 0
	done
}

# For the shell in a mount namespace of its own: `TOP <kind>NAME`…, `--`, and the command. What is made here is seen nowhere else.
# shellcheck disable=SC2016
apart='
fail() { echo "there is no view for it: $*"; exit 126; }
mount --make-rprivate / && mount -t tmpfs -o mode=755 belay /sys || fail mount
count=0
while [ "$1" != -- ]; do
	top=$1 name=${2#?} at=1
	kind=${2%"$name"}
	shift 2
	while [ "$at" -le "$count" ]; do
		IFS= read -r seen <"/sys/$at/top"
		[ "$seen" != "$top" ] || break
		at=$((at + 1))
	done
	if [ "$at" -gt "$count" ]; then
		count=$at
		mkdir -p "/sys/$at/upper" "/sys/$at/work" && printf "%s\n" "$top" >"/sys/$at/top" || fail "$top"
	fi
	folder=/sys/$at/upper/$name
	[ "$kind" = d ] || folder=${folder%/*}
	mkdir -p "$folder" || fail "$name"
	[ "$kind" != f ] || : >"/sys/$at/upper/$name" || fail "$name"
done
shift
at=1
while [ "$at" -le "$count" ]; do
	IFS= read -r top <"/sys/$at/top"
	cd -P -- "$top" && [ "$PWD" = "$top" ] || fail "$top"
	mount -t overlay -o "lowerdir=.,upperdir=/sys/$at/upper,workdir=/sys/$at/work" belay . ||
		mount --bind "/sys/$at/upper" . || fail "$top"
	at=$((at + 1))
done
cd / && exec "$@"'
