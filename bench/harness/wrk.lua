-- What wrk asks and how it tells the result: the body comes by standard input, the method and the headers as
-- arguments `METHOD 'name: value' ...`; at the end one line of JSON is printed.

function init(args)
   wrk.method = args[1]
   for i = 2, #args do
      local name, value = args[i]:match("^([^:]+): (.*)$")
      wrk.headers[name] = value
   end
   local body = io.read("*a")
   if #body > 0 then wrk.body = body end
end

function done(summary, latency, requests)
   local e = summary.errors
   local fields = {
      requests = summary.requests, bytes = summary.bytes, durationUs = summary.duration,
      p50Us = latency:percentile(50), p95Us = latency:percentile(95), p99Us = latency:percentile(99),
      maxUs = latency.max, cpuS = os.clock(),
      connect = e.connect, read = e.read, write = e.write, timeout = e.timeout, status = e.status,
   }
   local parts = {}
   for name, value in pairs(fields) do
      parts[#parts + 1] = string.format('"%s":%.6f', name, value)
   end
   print("result {" .. table.concat(parts, ",") .. "}")
end
