# shellcheck shell=sh disable=SC2034,SC2154 # variables for and of detour.sh and kept.sh
# belay:with state.sh processes.sh places.sh as-user.sh kept.sh detour.sh visitors.sh
# Leads nginx to the spare address, on which the release serves already.
# Fields: path deployment spare_unit bind_kind bind_where spare_kind spare_where; and, where nginx itself serves a page there
# instead, release user page page_folder: the page is a file of the release, the folder one that is made for it.
# Stdin: named texts, each as `<name> <bytes>\n<text>`: nginx, pairs, files, sums (`<sha256>` of each file as it was read), line
# (one that a file has besides) and server (the page's) where there is a page, then 0, 1, 2 … with what each file shall hold.
set -eu
fields "$1" path deployment spare_unit bind_kind bind_where spare_kind spare_where release user page page_folder
op_state
backup_required "$own" "$deployment"
ask_as_visitors
umask 077
boot_unit_of "$spare_unit"
[ ! -e "$backup/detour" ] || die "nginx was led to the spare address already, and this step is not taken twice"
# Until they are whole they have a name that no undo looks at.
notes=$backup/detour.new
rm -rf -- "$notes"
mkdir -- "$notes"
while read -r name bytes; do
	case $name in nginx | pairs | files | sums | line | server | [0-9] | [0-9][0-9]) ;; *) die "the files did not arrive whole" ;; esac
	dd bs="$bytes" count=1 iflag=fullblock 2>/dev/null >"$notes/$name"
done
[ -s "$notes/files" ] || die "the files did not arrive whole"
keep "$notes" own "$bind_kind $bind_where"
keep "$notes" spare "$spare_kind $spare_where"
write_undo
mv -T -- "$notes" "$backup/detour"
notes=$backup/detour
lock_nginx || die "another deployment has nginx's files in hand for a minute already: nginx was not touched"

# lay_page: what may be read of the release as the app's user; nobody else can put anything there.
lay_page() {
	[ -z "$(listening "$spare_kind" "$spare_where")" ] || die "something listens at $spare_kind $spare_where already: nginx was not touched; deploy again"
	keep "$notes" page "$page_folder"
	rm -rf -- "$page_folder"
	mkdir -- "$page_folder"
	as_user "$user" head -c 1048576 -- "$path.belay/releases/$release/tree/$page" >"$page_folder/page" ||
		die "the release has no $page that its user may read: nginx was not touched"
	cp -- "$notes/server" "$page_folder/server.conf"
	chmod 755 -- "$page_folder"
	chmod 644 -- "$page_folder/page" "$page_folder/server.conf"
}

if [ -n "$page" ]; then
	lay_page
elif [ -z "$(listening "$spare_kind" "$spare_where")" ] || ! systemctl is-active --quiet "$spare_unit"; then
	die "$spare_unit does not serve at $spare_kind $spare_where any more: nginx was not touched"
fi

# Each is read, checked and written beside before the first one is exchanged.
clear_away() {
	while IFS= read -r file; do rm -f -- "$(hidden "$file" new)" "$(hidden "$file" before)"; done <"$notes/files"
}
index=0
while IFS= read -r file; do
	roots_own "${file%/*}" || die "$file lies where others than root could put something else: nginx was not touched"
	new_file=$(hidden "$file" new)
	rm -f -- "$new_file" "$(hidden "$file" before)"
	sum=$(sed -n "$((index + 1))p" "$notes/sums")
	case $(sha256sum <"$file") in
	"$sum "*) ;;
	*)
		clear_away
		die "$file was changed meanwhile: nginx was not touched; deploy again"
		;;
	esac
	{ cp -p -- "$file" "$new_file" && cat -- "$notes/$index" >"$new_file" && ln -- "$file" "$(hidden "$file" before)"; } || {
		clear_away
		die "$new_file cannot be written: nginx was not touched"
	}
	undone "$new_file" | cmp -s -- - "$file" || {
		clear_away
		die "$file could not be put back as it is: nginx was not touched"
	}
	sha256sum <"$new_file" >"$notes/sum.$index"
	index=$((index + 1))
done <"$notes/files"

# From here on a boot puts them back. It acts before anything that a boot starts, whatever nginx's unit is called.
whole "$boot_file" 644 <<END
# Made by belay: puts nginx's files back after a boot in the middle of a deployment to $path, and goes with that.
[Unit]
Description=Leads nginx back to where $path is at home
DefaultDependencies=no
RequiresMountsFor=$backup /etc
After=local-fs.target systemd-remount-fs.service
Before=sysinit.target

[Service]
Type=oneshot
ExecStart=/bin/sh $backup/way-back/undo-detour boot

[Install]
WantedBy=sysinit.target
END
mkdir -p -- "${boot_wanted%/*}"
ln -sfn -- "$boot_file" "$boot_wanted"
sync -- "$boot_file" "$notes"/* "$notes" "${boot_wanted%/*}" 2>/dev/null || sync

back_at_once() {
	put_all_back
	[ -z "$page" ] || rm -rf -- "$page_folder"
	forget_boot_unit
	rm -rf -- "$notes"
}
uptime
keep "$notes" led "$up"
while IFS= read -r file; do mv -f -- "$(hidden "$file" new)" "$file" || break; done <"$notes/files"
if ! said=$(nginx_does -t 2>&1); then
	back_at_once
	die "nginx -t refuses its files with the spare address, so they are as they were:
$said"
fi
if ! said=$(reload); then
	back_at_once
	nginx_does -s reload 2>/dev/null || :
	die "nginx could not be led to the spare address, so its files are as they were: $said"
fi
uptime
keep "$notes" led "$up"
echo "nginx leads to $spare_kind $spare_where"
