-- SPDX-License-Identifier: Apache-2.0
-- Transfers of the ledger: wrk -s transfer.lua URL -- SPAN BATCH; every id is new, a thousand accounts take part.
local span, batch, serial, thread = "", 1, 0, 0

function setup(one)
  thread = thread + 1
  one:set("number", thread)
end

function init(arguments)
  span, batch = arguments[1], tonumber(arguments[2])
  wrk.headers["Content-Type"] = "application/json"
  math.randomseed(os.time() + number)
end

local function transfer(act)
  serial = serial + 1
  local debit = math.random(0, 999)
  local credit = (debit + math.random(1, 999)) % 1000
  return string.format('{%s"id":"b%s-%d-%d","debit":"bench:a%d","credit":"bench:a%d","amount":1000,"code":"bench"}', act, span, number, serial, debit, credit)
end

function request()
  if batch == 1 then return wrk.format("POST", "/api/v1/ledger/transfers", nil, transfer("")) end
  local list = {}
  for place = 1, batch do list[place] = transfer('"act":"transfer",') end
  return wrk.format("POST", "/api/v1/ledger/batches", nil, '{"commands":[' .. table.concat(list, ",") .. "]}")
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %.3f %.3f %.3f\n", summary.requests,
    errors.status + errors.read + errors.write + errors.connect + errors.timeout,
    summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
