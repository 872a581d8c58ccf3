# Put in front of every script: sets $1... from the frame on stdin (src/host/ssh/frame.ts), without a fork.
set --
IFS= read -r belay_count || belay_count=0
while [ "$belay_count" -gt 0 ]; do
	IFS= read -r belay_lines || break
	IFS= read -r belay_argument || break
	while [ "$belay_lines" -gt 1 ]; do
		IFS= read -r belay_line || break
		belay_argument="$belay_argument
$belay_line"
		belay_lines=$((belay_lines - 1))
	done
	set -- "$@" "$belay_argument"
	belay_count=$((belay_count - 1))
done
IFS= read -r belay_line || belay_line=
if [ "$belay_line" != go ]; then
	echo "belay: the arguments did not arrive whole, nothing was run" >&2
	exit 125
fi
unset belay_count belay_lines belay_argument belay_line
