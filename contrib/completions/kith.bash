# bash completion of kith, written by: kith help --completion bash
_kith() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]-} options= words=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W 'init id status partner new publish check show find links report follow import export rpc help version' -- "$cur")
		return
	fi
	case $prev in
	--home | --socket | --passphrase-file | --map)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--kind)
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
		options='--adapts --revises --lang --template --home --socket --help'
		words=( -W 'label vocabulary profile practice initiative exchange ask statement stance evaluation plan action pact introduction x')
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
		options='--json --raw --home --socket --help'
		words=()
		;;
	'find '*)
		options='--kind --tag --country --place --author --lang --since --until --links-to --type --where --mentions --oldest --limit --json --home --socket --help'
		words=()
		;;
	'links '*)
		options='--type --limit --json --home --socket --help'
		words=()
		;;
	'report areas'*)
		options='--json --home --socket --help'
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
		options='--kind --tag --country --place --author --lang --since --until --links-to --type --where --mentions --oldest --limit --home --socket --help'
		words=()
		;;
	'rpc '*)
		options='--home --socket --help'
		words=()
		;;
	'help '*)
		options='--completion --home --socket --help'
		words=( -W 'init id status partner new publish check show find links report follow import export rpc help version label vocabulary profile practice initiative exchange ask statement stance evaluation plan action pact introduction x')
		;;
	'version '*)
		options='--json --home --socket --help'
		words=()
		;;
	'partner '*)
		words=(-W 'list add pause resume remove')
		;;
	'report '*)
		words=(-W 'areas')
		;;
	esac
	case $cur in
	-*) words=(-W "$options") ;;
	esac
	[ ${#words[@]} -eq 0 ] ||
		mapfile -t COMPREPLY < <(compgen "${words[@]}" -- "$cur")
}
complete -o filenames -F _kith kith
