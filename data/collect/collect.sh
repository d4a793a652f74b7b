#!/bin/sh
# Collects what iamreach reads: policies, trust, organization, people and resource policies of AWS accounts.
#
# Only the AWS CLI (version 1 or 2) and POSIX tools are used, and every call only reads. One AWS answer becomes one
# file. An answer that could not be had is written as {"Error": ...} in the place where the answer would have been,
# because "could not be read" must never look like "has no policy".
set -u
umask 077

readonly REGIONAL_SERVICES='identitycenter s3control kms sqs sns lambda secretsmanager ecr ec2 resourcegroupstaggingapi'
readonly ALL_SERVICES="organizations iam s3 $REGIONAL_SERVICES"
readonly BUCKET_CALLS='s3-get-bucket-policy s3-get-bucket-acl s3-get-public-access-block
    s3-get-bucket-ownership-controls s3-get-bucket-encryption s3-get-bucket-abac'

usage() {
    cat <<'EOF'
Collects, with read-only calls of the AWS CLI, the files iamreach reads.

Usage: collect.sh --out DIR [OPTIONS]

Options:
  --out DIR             Folder to write to; created when missing
  --profile NAME        AWS CLI profile to collect with; may be repeated, one for each account
                        [default: the credentials the AWS CLI finds by itself]
  --profiles-from FILE  More profiles, one a line; empty lines and lines that begin with # are skipped
  --regions LIST        Regions, separated by spaces or commas [default: the regions enabled in the account]
  --services LIST       Only these, separated by spaces or commas [default: all]:
                        organizations identitycenter iam s3 s3control kms sqs sns lambda secretsmanager ecr ec2
                        resourcegroupstaggingapi
  --organization        The organization must be read: if no profile may read it, that is a failure; so it is if there
                        is an IAM Identity Center that none may read.
                        Without this option it is read when a profile may, and stderr says which of the two it was
  --identity-center-region REGION
                        The Region of IAM Identity Center [default: looked for in each of the regions]
  --endpoint-url URL    Send every call to this URL instead of AWS
  --help                Print this help

Exit codes:
  0  everything was read
  1  nothing could be done here: no AWS CLI, or DIR cannot be written
  2  wrong usage
  3  something could not be read; each such place holds an {"Error": ...} file and is named on stderr

Examples:
  The account of the default credentials, in every enabled region:
      collect.sh --out aws-data
  A management account with its organization, and two members, in two regions:
      collect.sh --out aws-data --organization --regions "eu-west-1 us-east-1" \
          --profile management --profile production --profile development
  Many accounts, identities and buckets only:
      collect.sh --out aws-data --profiles-from profiles.txt --services iam,s3
  Then ask:
      iamreach who-can s3:GetObject 'arn:aws:s3:::customer-data/*' --data aws-data
EOF
}

say() { printf 'collect.sh: %s\n' "$*" >&2; }

usage_error() {
    say "$1"
    say 'see collect.sh --help'
    exit 2
}

cannot_go_on() {
    say "$1"
    exit 1
}

# ---- options -------------------------------------------------------------------------------------------------------

out=
profiles=
regions_wanted=
services=$ALL_SERVICES
organization_required=no
identity_center_region=
endpoint_url=
newline='
'

words() { printf '%s' "$1" | tr ',\n\t' '   '; }

while [ $# -gt 0 ]; do
    case $1 in
    --*=*)
        option=$1
        shift
        set -- "${option%%=*}" "${option#*=}" "$@"
        ;;
    esac
    case $1 in
    --help | -h)
        usage
        exit 0
        ;;
    --organization)
        organization_required=yes
        shift
        continue
        ;;
    --out | --profile | --profiles-from | --regions | --services | --identity-center-region | --endpoint-url)
        [ $# -ge 2 ] && [ -n "$2" ] || usage_error "\`$1\` needs a value"
        ;;
    *) usage_error "unknown argument \`$1\`" ;;
    esac
    case $1 in
    --out) out=$2 ;;
    --profile) profiles=$profiles$2$newline ;;
    --profiles-from)
        [ -f "$2" ] && [ -r "$2" ] || usage_error "cannot read the profiles in \`$2\`"
        listed=$(tr -d '\r' <"$2" | sed -e 's/^[[:space:]]*//' -e 's/[[:space:]]*$//' -e '/^#/d' -e '/^$/d')
        [ -n "$listed" ] || usage_error "no profile in \`$2\`"
        profiles=$profiles$listed$newline
        ;;
    --regions) regions_wanted=$(words "$2") ;;
    --services) services=$(words "$2") ;;
    --identity-center-region) identity_center_region=$2 ;;
    --endpoint-url) endpoint_url=$2 ;;
    esac
    shift 2
done

[ -n "$out" ] || usage_error '--out DIR is required'
set -f # lists are split at spaces; a `*` in one is not a file pattern
for service in $services; do
    case " $ALL_SERVICES " in
    *" $service "*) ;;
    *) usage_error "unknown service \`$service\`; known are: $ALL_SERVICES" ;;
    esac
done
for region in $regions_wanted $identity_center_region; do
    case $region in
    -* | *[!a-z0-9-]*) usage_error "\`$region\` is not a region name" ;;
    esac
done
set +f

command -v aws >/dev/null 2>&1 || cannot_go_on 'the AWS CLI, aws, is not on PATH'
case $out in
/*) ;;
*) out=./$out ;; # a name that begins with `-` stays a name
esac
mkdir -p "$out" || cannot_go_on "cannot create $out"
# The working folder is inside DIR, so that a rename is atomic and nothing is written elsewhere.
work=$out/.collecting.$$
mkdir "$work" || cannot_go_on "cannot write to $out"
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# The AWS CLI must not page, prompt or give up early.
export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off
export AWS_RETRY_MODE="${AWS_RETRY_MODE:-standard}" AWS_MAX_ATTEMPTS="${AWS_MAX_ATTEMPTS:-8}"
export PYTHONIOENCODING=utf-8

# ---- one answer, one file ------------------------------------------------------------------------------------------

answers_read=0
answers_failed=0
accounts_read=0
profile=
region=
account=

# listed WORD WORDS: whether the word is one of those, which are separated by spaces.
listed() {
    case " $2 " in
    *" $1 "*) return 0 ;;
    *) return 1 ;;
    esac
}

wanted() { listed "$1" "$services"; }

# Every byte but the unreserved ones of RFC 3986 becomes %XX. A file name holds at most 255 bytes: a longer one keeps
# its beginning and ends in a checksum of the whole name.
file_name() {
    encoded=$(printf '%s' "$1" | LC_ALL=C awk '
        BEGIN { for (i = 1; i < 256; i++) hex[sprintf("%c", i)] = sprintf("%%%02X", i) }
        {
            for (i = 1; i <= length($0); i++) {
                c = substr($0, i, 1)
                printf "%s", (c ~ /[A-Za-z0-9._~-]/) ? c : hex[c]
            }
        }')
    if [ ${#encoded} -gt 250 ]; then
        checksum=$(printf '%s' "$1" | cksum)
        encoded=$(printf '%.230s~%s' "$encoded" "${checksum%% *}")
    fi
    printf '%s' "$encoded"
}

# Text without control characters as the inside of a JSON string.
json_text() { printf '%s\n' "$1" | LC_ALL=C sed -e 's/\\/\\\\/g' -e 's/"/\\"/g'; }

# Calls the AWS CLI. The answer is left in $work/answer; for a failure, $error_code and $error_message tell which.
call() {
    if aws "$@" ${profile:+--profile "$profile"} ${region:+--region "$region"} \
        ${endpoint_url:+--endpoint-url "$endpoint_url"} >"$work/answer" 2>"$work/trouble" </dev/null; then
        error_code=
        error_message=
        return 0
    fi
    # Such as: An error occurred (AccessDenied) when calling the ListRoles operation (reached max retries: 4): No.
    trouble=$(LC_ALL=C tr -s '\000-\037\177 ' ' ' <"$work/trouble")
    trouble=${trouble# }
    trouble=${trouble% }
    told='.*An error occurred (\([A-Za-z0-9._:-]*\)) when calling the [A-Za-z0-9]* operation\( ([^)]*)\)\{0,1\}: *'
    error_code=$(printf '%s\n' "$trouble" | sed -n "s/$told.*/\\1/p")
    error_message=$(printf '%s\n' "$trouble" | sed -n "s/$told//p")
    case $error_code:$trouble in
    :*'argument operation: '*nvalid\ choice*) error_code=UnknownCall ;;
    esac
    # No answer from AWS at all: no network, no credentials, a time-out.
    [ -n "$error_code" ] || error_code=NoAnswer
    [ -n "$error_message" ] || error_message=$trouble
    return 1
}

# Moves $work/answer to its place, whole or not at all.
keep() {
    case $1 in
    */*) mkdir -p "$out/${1%/*}" || cannot_go_on "cannot create $out/${1%/*}" ;;
    esac
    [ -s "$work/answer" ] || printf '{}\n' >"$work/answer"
    mv -f "$work/answer" "$out/$1" || cannot_go_on "cannot write $out/$1"
}

keep_error() {
    answers_failed=$((answers_failed + 1))
    say "not read: $1: $error_code: $error_message"
    printf '{"Error": {"Code": "%s", "Message": "%s"}}\n' \
        "$error_code" "$(json_text "$error_message")" >"$work/answer"
    keep "$1"
}

# read_answer FILE CALL...: one call, kept in FILE. Returns 1 when FILE holds an error.
read_answer() {
    file=$1
    shift
    if call "$@" --output json; then
        answers_read=$((answers_read + 1))
        keep "$file"
        return 0
    fi
    keep_error "$file"
    return 1
}

# read_optional FILE ABSENT-CODES ABSENT-ANSWER CALL...: as read_answer, but an error of ABSENT-CODES says that there is
# none, which is an answer. A call that this version of the AWS CLI does not know was never made: no file, no failure.
read_optional() {
    file=$1
    absent_codes=$2
    absent_answer=$3
    shift 3
    if call "$@" --output json; then
        answers_read=$((answers_read + 1))
        keep "$file"
    elif [ "$error_code" = UnknownCall ]; then
        rm -f "$out/$file"
        if ! grep -Fqx -e "$1 $2" "$work/unknown_calls"; then
            printf '%s\n' "$1 $2" >>"$work/unknown_calls"
            say "this AWS CLI is too old for \`$1 $2\`, which is left out"
        fi
    elif listed "$error_code" "$absent_codes"; then
        answers_read=$((answers_read + 1))
        printf '%s\n' "$absent_answer" >"$work/answer"
        keep "$file"
    else
        keep_error "$file"
    fi
}

# read_names FILE LIST FIELD CALL...: the names that a listing gives, one a line, in $work/names. The marker `=` tells
# a name from the `None` that the AWS CLI prints for an empty page. A listing that fails is kept as an error in FILE,
# since what it would have named is then unknown; one that works takes an older error away.
read_names() {
    file=$1
    list=$2
    field=$3
    shift 3
    : >"$work/names"
    if call "$@" --output text --query "${list}[].['=', $field]"; then
        answers_read=$((answers_read + 1))
        sed -n "s/^=$(printf '\t')//p" "$work/answer" | LC_ALL=C sort -u >"$work/names"
        rm -f "$out/$file"
        return 0
    fi
    keep_error "$file"
    return 1
}

# The values of a key in a kept answer; only for ids and names, whose characters JSON never escapes.
values_of() { sed -n "s/^[[:space:]]*\"$2\": \"\\($3\\)\",\\{0,1\\}\$/\\1/p" "$out/$1"; }

# The items of a list in a kept answer, each alone on its line; only for those that JSON never escapes.
items_of() { sed -n "s/^[[:space:]]*\"\\($2\\)\",\\{0,1\\}\$/\\1/p" "$out/$1"; }

# forget_others FOLDER: takes away from FOLDER the answers of an earlier run about things that $work/names no longer lists.
forget_others() {
    [ -d "$out/$1" ] || return 0
    while IFS= read -r name; do
        printf '%s.json\n' "$(file_name "$name")"
    done <"$work/names" >"$work/kept"
    for path in "$out/$1"/*.json; do
        [ -f "$path" ] || continue
        grep -Fqx -e "${path##*/}" "$work/kept" || rm -f "$path"
    done
}

# ---- the organization ----------------------------------------------------------------------------------------------

organization_done=no
organization_error_code=NoAnswer
organization_error_message='no profile has valid credentials'

read_policies_of_target() {
    printf '%s.%s\n' "$1" SERVICE_CONTROL_POLICY "$1" RESOURCE_CONTROL_POLICY >>"$work/targets"
    for type in SERVICE_CONTROL_POLICY RESOURCE_CONTROL_POLICY; do
        file=organization/organizations-list-policies-for-target/$1.$type.json
        if read_answer "$file" organizations list-policies-for-target --target-id "$1" --filter "$type"; then
            values_of "$file" Id 'p-[A-Za-z0-9_]*' >>"$work/policies"
        fi
    done
}

# The first profile that may list the roots reads the organization.
try_organization() {
    [ "$organization_done" = no ] || return 0
    if ! call organizations list-roots --output json; then
        say "organization: not read with ${profile:-the default credentials}: $error_code"
        organization_error_code=$error_code
        organization_error_message=$error_message
        return 0
    fi
    organization_done=yes
    say "organization: reading it with ${profile:-the default credentials}"
    answers_read=$((answers_read + 1))
    keep organization/organizations-list-roots.json
    read_answer organization/organizations-describe-organization.json organizations describe-organization
    read_answer organization/organizations-list-delegated-administrators/iam.amazonaws.com.json \
        organizations list-delegated-administrators --service-principal iam.amazonaws.com
    # AWS writes these codes with and without their ending.
    absent='ServiceAccessNotEnabled OrganizationNotInAllFeaturesMode'
    absent="$absent ServiceAccessNotEnabledException OrganizationNotInAllFeaturesModeException"
    read_optional organization/iam-list-organizations-features.json \
        "$absent" '{"EnabledFeatures": []}' iam list-organizations-features

    for list in policies targets all_parents; do : >"$work/$list"; done
    values_of organization/organizations-list-roots.json Id 'r-[a-z0-9]*' >"$work/parents"
    # A breadth-first walk: each level of organizational units is the list of parents of the next.
    while [ -s "$work/parents" ]; do
        cat "$work/parents" >>"$work/all_parents"
        : >"$work/children"
        while IFS= read -r parent; do
            read_policies_of_target "$parent"
            file=organization/organizations-list-organizational-units-for-parent/$parent.json
            if read_answer "$file" organizations list-organizational-units-for-parent --parent-id "$parent"; then
                values_of "$file" Id 'ou-[a-z0-9-]*' >>"$work/children"
            fi
            file=organization/organizations-list-accounts-for-parent/$parent.json
            if read_answer "$file" organizations list-accounts-for-parent --parent-id "$parent"; then
                values_of "$file" Id '[0-9]*' >"$work/members"
                while IFS= read -r member; do
                    read_policies_of_target "$member"
                done <"$work/members"
            fi
        done <"$work/parents"
        mv -f "$work/children" "$work/parents"
    done
    LC_ALL=C sort -u "$work/policies" >"$work/names"
    while IFS= read -r policy; do
        read_answer "organization/organizations-describe-policy/$policy.json" \
            organizations describe-policy --policy-id "$policy"
    done <"$work/names"
    forget_others organization/organizations-describe-policy
    mv -f "$work/targets" "$work/names"
    forget_others organization/organizations-list-policies-for-target
    mv -f "$work/all_parents" "$work/names"
    forget_others organization/organizations-list-organizational-units-for-parent
    forget_others organization/organizations-list-accounts-for-parent
}

# ---- IAM Identity Center --------------------------------------------------------------------------------------------

identity_center_done=no
identity_center_error_code=
identity_center_error_message=

# Who is assigned what: only where a permission set is provisioned is it assigned to anybody.
read_permission_set() {
    read_answer "organization/sso-admin-describe-permission-set/$(file_name "$2").json" \
        sso-admin describe-permission-set --instance-arn "$1" --permission-set-arn "$2"
    file=organization/sso-admin-list-accounts-for-provisioned-permission-set/$(file_name "$2").json
    read_names "$file" AccountIds @ sso-admin list-accounts-for-provisioned-permission-set \
        --instance-arn "$1" --permission-set-arn "$2" || return 0
    while IFS= read -r assigned; do
        printf '%s.%s\n' "$assigned" "$2" >>"$work/assigned"
        read_answer "organization/sso-admin-list-account-assignments/$(file_name "$assigned.$2").json" \
            sso-admin list-account-assignments --instance-arn "$1" --account-id "$assigned" --permission-set-arn "$2"
    done <"$work/names"
}

read_identity_store() {
    read_answer "organization/identitystore-list-users/$1.json" identitystore list-users --identity-store-id "$1"
    file=organization/identitystore-list-groups/$1.json
    read_answer "$file" identitystore list-groups --identity-store-id "$1" || return 0
    values_of "$file" GroupId '[A-Za-z0-9-]*' >"$work/names"
    while IFS= read -r group; do
        read_answer "organization/identitystore-list-group-memberships/$group.json" \
            identitystore list-group-memberships --identity-store-id "$1" --group-id "$group"
    done <"$work/names"
    forget_others organization/identitystore-list-group-memberships
}

# The first profile that may list the permission sets of an instance reads it. An instance is of one Region, and member
# accounts see it too; one without permission sets, such as that of a single account, makes no roles.
try_identity_center() {
    [ "$identity_center_done" = no ] || return 0
    if ! call sso-admin list-instances --output text --query "Instances[].['=', InstanceArn, IdentityStoreId]"; then
        identity_center_error_code=$error_code
        identity_center_error_message=$error_message
        return 0
    fi
    sed -n "s/^=$(printf '\t')//p" "$work/answer" >"$work/instances"
    while IFS="$(printf '\t')" read -r instance store; do
        if ! call sso-admin list-permission-sets --instance-arn "$instance" --output json; then
            say "identity center: not read with ${profile:-the default credentials}: $error_code"
            identity_center_error_code=$error_code
            identity_center_error_message=$error_message
            continue
        fi
        grep -q '"arn:' "$work/answer" || continue
        identity_center_done=yes
        say "identity center: reading it with ${profile:-the default credentials}"
        answers_read=$((answers_read + 1))
        file=organization/sso-admin-list-permission-sets/$(file_name "$instance").json
        keep "$file"
        items_of "$file" 'arn:[A-Za-z0-9:/.-]*' >"$work/permission_sets"
        read_answer organization/sso-admin-list-instances.json sso-admin list-instances
        : >"$work/assigned"
        while IFS= read -r permission_set; do
            read_permission_set "$instance" "$permission_set"
        done <"$work/permission_sets"
        read_identity_store "$store"
        mv -f "$work/permission_sets" "$work/names"
        forget_others organization/sso-admin-describe-permission-set
        forget_others organization/sso-admin-list-accounts-for-provisioned-permission-set
        mv -f "$work/assigned" "$work/names"
        forget_others organization/sso-admin-list-account-assignments
        return 0
    done <"$work/instances"
}

# In the Region that was named it has been looked for already.
read_identitycenter() { [ -n "$identity_center_region" ] || try_identity_center; }

# ---- one account ---------------------------------------------------------------------------------------------------

read_iam() {
    read_answer "$account/iam-get-account-authorization-details.json" iam get-account-authorization-details
    read_answer "$account/iam-list-roles.json" iam list-roles
    # AWS makes the report in the background; a failure to start it leaves the last one, if there is any.
    polls=0
    while call iam generate-credential-report --output text --query State; do
        case $(cat "$work/answer") in COMPLETE*) break ;; esac
        polls=$((polls + 1))
        [ "$polls" -lt 60 ] || break
        sleep 2
    done
    read_answer "$account/iam-get-credential-report.json" iam get-credential-report
    read_answer "$account/iam-list-virtual-mfa-devices.json" iam list-virtual-mfa-devices
}

read_s3() {
    read_answer "$account/s3-list-buckets.json" s3api list-buckets || return 0
    values_of "$account/s3-list-buckets.json" Name '[A-Za-z0-9._-]*' | LC_ALL=C sort -u >"$work/names"
    while IFS= read -r bucket; do
        name=$(file_name "$bucket").json
        read_optional "$account/s3-get-bucket-policy/$name" \
            NoSuchBucketPolicy '{"Policy": null}' s3api get-bucket-policy --bucket "$bucket"
        read_answer "$account/s3-get-bucket-acl/$name" s3api get-bucket-acl --bucket "$bucket"
        read_optional "$account/s3-get-public-access-block/$name" \
            NoSuchPublicAccessBlockConfiguration '{"PublicAccessBlockConfiguration": null}' \
            s3api get-public-access-block --bucket "$bucket"
        read_optional "$account/s3-get-bucket-ownership-controls/$name" \
            OwnershipControlsNotFoundError '{"OwnershipControls": null}' \
            s3api get-bucket-ownership-controls --bucket "$bucket"
        read_optional "$account/s3-get-bucket-encryption/$name" \
            ServerSideEncryptionConfigurationNotFoundError '{"ServerSideEncryptionConfiguration": null}' \
            s3api get-bucket-encryption --bucket "$bucket"
        read_optional "$account/s3-get-bucket-abac/$name" '' '' s3api get-bucket-abac --bucket "$bucket"
    done <"$work/names"
    for call in $BUCKET_CALLS; do
        forget_others "$account/$call"
    done
}

read_s3control() {
    file=$place/s3control-list-access-points.json
    read_answer "$file" s3control list-access-points --account-id "$account" || return 0
    values_of "$file" Name '[a-z0-9-]*' | LC_ALL=C sort -u >"$work/names"
    while IFS= read -r point; do
        name=$(file_name "$point").json
        read_answer "$place/s3control-get-access-point/$name" \
            s3control get-access-point --account-id "$account" --name "$point"
        read_optional "$place/s3control-get-access-point-policy/$name" \
            NoSuchAccessPointPolicy '{"Policy": null}' \
            s3control get-access-point-policy --account-id "$account" --name "$point"
    done <"$work/names"
    forget_others "$place/s3control-get-access-point"
    forget_others "$place/s3control-get-access-point-policy"
}

read_block_of_account() {
    read_optional "$account/s3control-get-public-access-block.json" \
        NoSuchPublicAccessBlockConfiguration '{"PublicAccessBlockConfiguration": null}' \
        s3control get-public-access-block --account-id "$account"
}

read_kms() {
    read_names "$place/kms-list-keys.json" Keys KeyId kms list-keys || return 0
    while IFS= read -r key; do
        name=$(file_name "$key").json
        read_answer "$place/kms-get-key-policy/$name" kms get-key-policy --key-id "$key" --policy-name default
        read_answer "$place/kms-list-grants/$name" kms list-grants --key-id "$key"
    done <"$work/names"
    forget_others "$place/kms-get-key-policy"
    forget_others "$place/kms-list-grants"
}

read_sqs() {
    # Without a page size SQS answers with the first thousand queues and does not say that there are more.
    read_names "$place/sqs-list-queues.json" QueueUrls @ sqs list-queues --page-size 1000 || return 0
    while IFS= read -r queue; do
        read_answer "$place/sqs-get-queue-attributes/$(file_name "$queue").json" \
            sqs get-queue-attributes --queue-url "$queue" --attribute-names QueueArn Policy
    done <"$work/names"
    forget_others "$place/sqs-get-queue-attributes"
}

read_sns() {
    read_names "$place/sns-list-topics.json" Topics TopicArn sns list-topics || return 0
    while IFS= read -r topic; do
        read_answer "$place/sns-get-topic-attributes/$(file_name "$topic").json" \
            sns get-topic-attributes --topic-arn "$topic"
    done <"$work/names"
    forget_others "$place/sns-get-topic-attributes"
}

read_lambda() {
    read_names "$place/lambda-list-functions.json" Functions FunctionName lambda list-functions || return 0
    while IFS= read -r function; do
        read_optional "$place/lambda-get-policy/$(file_name "$function").json" \
            ResourceNotFoundException '{"Policy": null}' lambda get-policy --function-name "$function"
    done <"$work/names"
    forget_others "$place/lambda-get-policy"
}

read_secretsmanager() {
    read_names "$place/secretsmanager-list-secrets.json" SecretList ARN secretsmanager list-secrets || return 0
    while IFS= read -r secret; do
        read_answer "$place/secretsmanager-get-resource-policy/$(file_name "$secret").json" \
            secretsmanager get-resource-policy --secret-id "$secret"
    done <"$work/names"
    forget_others "$place/secretsmanager-get-resource-policy"
}

read_ecr() {
    read_names "$place/ecr-describe-repositories.json" repositories repositoryName ecr describe-repositories || return 0
    while IFS= read -r repository; do
        absent=$(json_text "$repository")
        absent="{\"registryId\": \"$account\", \"repositoryName\": \"$absent\", \"policyText\": null}"
        read_optional "$place/ecr-get-repository-policy/$(file_name "$repository").json" \
            RepositoryPolicyNotFoundException "$absent" ecr get-repository-policy --repository-name "$repository"
    done <"$work/names"
    forget_others "$place/ecr-get-repository-policy"
}

read_ec2() {
    read_answer "$place/ec2-describe-vpc-endpoints.json" ec2 describe-vpc-endpoints
}

read_resourcegroupstaggingapi() {
    read_answer "$place/resourcegroupstaggingapi-get-resources.json" resourcegroupstaggingapi get-resources
}

regional_services_wanted() {
    for service in $REGIONAL_SERVICES; do
        wanted "$service" && return 0
    done
    return 1
}

read_account() {
    # Global calls need some region too: the profile's, else the first that was asked for, else AWS's first.
    region=
    home_region=
    if [ -z "${AWS_REGION:-}${AWS_DEFAULT_REGION:-}" ] &&
        ! aws configure get region ${profile:+--profile "$profile"} >/dev/null 2>&1 </dev/null; then
        home_region=${regions_wanted#"${regions_wanted%%[! ]*}"}
        home_region=${home_region%% *}
        [ -n "$home_region" ] || home_region=us-east-1
    fi
    region=$home_region

    account=
    if call sts get-caller-identity --output text --query Account; then
        account=$(tr -d '[:space:]' <"$work/answer")
    fi
    case $account in
    [0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]) ;;
    *)
        answers_failed=$((answers_failed + 1))
        say "no account with ${profile:-the default credentials}: ${error_code:-$account}: $error_message"
        return 0
        ;;
    esac
    if wanted organizations; then try_organization; fi
    if wanted identitycenter && [ -n "$identity_center_region" ]; then
        region=$identity_center_region
        try_identity_center
        region=$home_region
    fi
    if grep -Fqx -e "$account" "$work/accounts"; then
        say "account $account was already read: ${profile:-the default credentials} skipped"
        return 0
    fi
    printf '%s\n' "$account" >>"$work/accounts"
    accounts_read=$((accounts_read + 1))
    say "account $account: reading it with ${profile:-the default credentials}"
    read_answer "$account/sts-get-caller-identity.json" sts get-caller-identity
    if wanted iam; then read_iam; fi
    if wanted s3; then read_s3; fi
    if wanted s3control; then read_block_of_account; fi
    regional_services_wanted || return 0

    if [ -n "$regions_wanted" ]; then
        printf '%s' "$regions_wanted" | tr -s ' ' '\n' >"$work/regions"
        printf '\n' >>"$work/regions"
    elif read_names "$account/ec2-describe-regions.json" Regions RegionName ec2 describe-regions; then
        mv -f "$work/names" "$work/regions"
    else
        return 0
    fi
    while IFS= read -r region; do
        [ -n "$region" ] || continue
        place=$account/$region
        for service in $REGIONAL_SERVICES; do
            if wanted "$service"; then "read_$service"; fi
        done
    done <"$work/regions"
}

# ---- all of them ---------------------------------------------------------------------------------------------------

: >"$work/accounts"
: >"$work/unknown_calls"
if [ -n "$profiles" ]; then
    printf '%s' "$profiles" >"$work/profiles"
    while IFS= read -r profile; do
        read_account
    done <"$work/profiles"
else
    read_account
fi

if wanted organizations && [ "$organization_done" = no ] && [ "$organization_required" = yes ]; then
    error_code=$organization_error_code
    error_message=$organization_error_message
    keep_error organization/organizations-list-roots.json
fi
if wanted identitycenter && [ "$identity_center_done" = no ] && [ -n "$identity_center_error_code" ]; then
    error_code=$identity_center_error_code
    error_message=$identity_center_error_message
    if [ "$organization_required" = yes ]; then
        keep_error organization/sso-admin-list-instances.json
    else
        say "identity center: not read: $error_code"
    fi
fi

say "$accounts_read account(s), $answers_read answer(s) read, $answers_failed could not be read"
[ "$answers_failed" -eq 0 ] || exit 3
