-- wrk script: one operation on many keys. Arguments after "--": store (aspirekv, etcd), operation (put, get), keys, bytes of a value, and
-- "random" or the number of the key to start from; then each thread takes its share of the keys in turn, so that all of them are written.

-- wrk runs this file once for itself and once in each thread. What setup sets are globals of the thread, so no local here may have
-- their names.
local threads_made = 0

function setup(thread)
    thread:set("thread_number", threads_made)
    thread:set("thread_count", tonumber(os.getenv("BENCH_THREADS")))
    threads_made = threads_made + 1
end

local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function base64(text)
    local out = {}
    for i = 1, #text, 3 do
        local a, b, c = text:byte(i, i + 2)
        local bits = a * 65536 + (b or 0) * 256 + (c or 0)
        for j = 0, 3 do
            local index = math.floor(bits / 64 ^ (3 - j)) % 64
            local absent = (j == 2 and not b) or (j == 3 and not c)
            out[#out + 1] = absent and "=" or alphabet:sub(index + 1, index + 1)
        end
    end
    return table.concat(out)
end

local function format_request(store, operation, key, value)
    if store == "etcd" then
        local body = operation == "put"
            and string.format('{"key":"%s","value":"%s"}', base64(key), base64(value))
            or string.format('{"key":"%s"}', base64(key))
        return wrk.format("POST", operation == "put" and "/v3/kv/put" or "/v3/kv/range", { ["Content-Type"] = "application/json" }, body)
    end

    local headers = { ["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN") }
    if operation == "put" then
        headers["Content-Type"] = "text/plain"
        return wrk.format("PUT", "/v1/kv/default/" .. key, headers, value)
    end
    return wrk.format("GET", "/v1/kv/default/" .. key, headers)
end

local requests = {}
local count, walks, position

function init(args)
    local store, operation, bytes, start = args[1], args[2], tonumber(args[4]), tonumber(args[5])
    count = tonumber(args[3])
    local value = string.rep("v", bytes)
    for i = 0, count - 1 do
        requests[i] = format_request(store, operation, string.format("bench-%06d", i), value)
    end
    walks = start ~= nil
    position = thread_number + (start or 0)
    math.randomseed(thread_number + 1)
end

function request()
    if walks then
        local key = position % count
        position = position + thread_count
        return requests[key]
    end
    return requests[math.random(0, count - 1)]
end

function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
    io.write(string.format("RESULT %.1f %.2f %.2f %d\n",
        (summary.requests - errors.status) / (summary.duration / 1e6),
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, failed))
end
