# bash completion of kith, written by: kith help --completion bash
_kith() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]-} options= words=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W 'init id status partner new translate answer accept decline stance sign publish check show find links lineage trace plan report match check-fit path balance digest follow import export rpc help version' -- "$cur")
		return
	fi
	case $prev in
	--home | --socket | --passphrase-file | --map | --to)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--kind | --kind)
		mapfile -t COMPREPLY < <(compgen -W 'label vocabulary profile practice initiative exchange ask statement stance evaluation plan action pact introduction x' -- "$cur")
		return
		;;
	esac
	case "$command ${COMP_WORDS[2]-}" in
	'init '*)
		options='--name --place --type --lang --host --port --passphrase-file --no-passphrase --home --socket --help'
		words=()
		;;
	'id '*)
		options='--json --home --socket --help'
		words=()
		;;
	'status '*)
		options='--wait --json --home --socket --help'
		words=()
		;;
	'partner list'*)
		options='--json --home --socket --help'
		words=()
		;;
	'partner add'*)
		options='--name --json --home --socket --help'
		words=()
		;;
	'partner pause'*)
		options='--json --home --socket --help'
		words=()
		;;
	'partner resume'*)
		options='--json --home --socket --help'
		words=()
		;;
	'partner remove'*)
		options='--json --home --socket --help'
		words=()
		;;
	'new '*)
		options='--adapts --revises --link --set --lang --template --json --home --socket --help'
		words=( -W 'label vocabulary profile practice initiative exchange ask statement stance evaluation plan action pact introduction x')
		;;
	'translate '*)
		options='--lang --method --set --template --json --home --socket --help'
		words=()
		;;
	'answer '*)
		options='--kind --link --set --lang --template --json --home --socket --help'
		words=()
		;;
	'accept '*)
		options='--json --home --socket --help'
		words=()
		;;
	'decline '*)
		options='--json --home --socket --help'
		words=()
		;;
	'stance '*)
		options='--reason --json --home --socket --help'
		words=()
		;;
	'sign '*)
		options='--json --home --socket --help'
		words=()
		;;
	'publish '*)
		options='--json --home --socket --help'
		words=( -f)
		;;
	'check '*)
		options='--json --home --socket --help'
		words=( -f)
		;;
	'show '*)
		options='--lang --json --raw --home --socket --help'
		words=()
		;;
	'find '*)
		options='--kind --tag --exact-tag --country --place --author --lang --since --until --links-to --type --where --mentions --oldest --limit --json --home --socket --help'
		words=()
		;;
	'links '*)
		options='--type --limit --json --home --socket --help'
		words=()
		;;
	'lineage '*)
		options='--dot --svg --json --home --socket --help'
		words=()
		;;
	'trace '*)
		options='--json --home --socket --help'
		words=()
		;;
	'plan status'*)
		options='--as-of --by --json --home --socket --help'
		words=()
		;;
	'report failed'*)
		options='--tag --country --place --author --since --until --limit --from --json --home --socket --help'
		words=()
		;;
	'report unanswered'*)
		options='--days --to --tag --country --place --author --since --until --limit --from --json --home --socket --help'
		words=()
		;;
	'report areas'*)
		options='--json --home --socket --help'
		words=()
		;;
	'report cafe'*)
		options='--tag --country --place --author --since --until --limit --from --json --home --socket --help'
		words=()
		;;
	'report criteria'*)
		options='--lang --tag --country --place --author --since --until --limit --from --json --home --socket --help'
		words=()
		;;
	'report dissent'*)
		options='--tag --country --place --author --since --until --limit --from --json --home --socket --help'
		words=()
		;;
	'report silence'*)
		options='--author --since --until --limit --json --home --socket --help'
		words=()
		;;
	'match '*)
		options='--limit --from --json --home --socket --help'
		words=()
		;;
	'check-fit '*)
		options='--place --country --json --home --socket --help'
		words=()
		;;
	'path '*)
		options='--from --json --home --socket --help'
		words=()
		;;
	'balance '*)
		options='--since --until --limit --from --json --home --socket --help'
		words=()
		;;
	'digest '*)
		options='--to --tag --country --place --author --since --until --limit --from --json --home --socket --help'
		words=()
		;;
	'follow '*)
		options='--from --all --kind --limit --json --home --socket --help'
		words=()
		;;
	'import '*)
		options='--map --dry-run --limit --keep-personal --json --home --socket --help'
		words=( -f)
		;;
	'export '*)
		options='--kind --tag --exact-tag --country --place --author --lang --since --until --links-to --type --where --mentions --oldest --limit --format --to --keep-personal --home --socket --help'
		words=()
		;;
	'rpc '*)
		options='--home --socket --help'
		words=()
		;;
	'help '*)
		options='--completion --home --socket --help'
		words=( -W 'init id status partner new translate answer accept decline stance sign publish check show find links lineage trace plan report match check-fit path balance digest follow import export rpc help version label vocabulary profile practice initiative exchange ask statement stance evaluation plan action pact introduction x')
		;;
	'version '*)
		options='--json --home --socket --help'
		words=()
		;;
	'partner '*)
		words=(-W 'list add pause resume remove')
		;;
	'plan '*)
		words=(-W 'status')
		;;
	'report '*)
		words=(-W 'failed unanswered areas cafe criteria dissent silence')
		;;
	esac
	case $cur in
	-*) words=(-W "$options") ;;
	esac
	[ ${#words[@]} -eq 0 ] ||
		mapfile -t COMPREPLY < <(compgen "${words[@]}" -- "$cur")
}
complete -o filenames -F _kith kith
