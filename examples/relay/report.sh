#!/bin/sh
# Reports usage with curl through the relay on this machine:
#   countinghouse relay --to http://127.0.0.1:8787 --spool ./spool &
# 202 means that the event is on disk. curl tries again while the relay is away; the id and the time stay the same, so
# a repeat counts once.
set -eu

relay=${RELAY:-http://127.0.0.1:8788}
id=$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen)
time=$(date -u +%Y-%m-%dT%H:%M:%SZ)

curl --fail-with-body --silent --show-error --retry 5 --retry-connrefused --max-time 5 "$relay/v1/events" \
  --header 'content-type: application/json' --data @- <<EOF
{ "source": "shell", "id": "$id", "customer_id": "${1:-cust_42}", "service": "${2:-APIRequests}",
  "time": "$time", "quantity": "${3:-1}" }
EOF
echo
