using System.Globalization;
using System.Text;

namespace Bongsu.Bench.Events;

/// <summary>
/// JSON log lines of 300 to 400 bytes in time order over two hours: twelve services in three environments, a trace id for some six lines, 1 % errors with
/// type and stack trace. The same for the same size and seed, whatever the end; it counts on the way what queries must find.
/// </summary>
internal sealed class LogCorpus(int lines, int users, long endNanos)
{
    public const long SpanNanos = 7200L * 1_000_000_000;

    private static readonly string[] s_services = ["gateway", "orders-api", "payments-api", "inventory", "shipping", "search-api", "cart", "users-api", "notify", "billing", "catalog", "worker"];
    private static readonly string[] s_environments = ["prod", "staging", "dev"];
    private static readonly string[] s_routes = ["/api/v1/orders/{id}", "/api/v1/cart", "/api/v1/search", "/api/v1/users/{id}", "/api/v1/payments", "/api/v1/items/{sku}", "/healthz", "/api/v1/shipments"];
    private static readonly string[] s_methods = ["GET", "GET", "GET", "POST", "PUT", "DELETE"];
    private static readonly string[] s_errors = ["TimeoutException", "SqlException", "HttpRequestException", "NullReferenceException", "ValidationException", "OutOfStockException"];

    private readonly Random _random = new(7);
    private readonly string[] _traces = new string[8];
    private readonly StringBuilder _line = new(512);

    public int Lines => lines;
    public long EndNanos => endNanos;
    public long StartNanos => endNanos - SpanNanos;

    /// <summary>A trace id from the middle and what lines have it.</summary>
    public string NeedleTrace { get; private set; } = "";
    public string NeedleUser { get; } = "u" + (users / 2).ToString(CultureInfo.InvariantCulture);
    public int Errors { get; private set; }
    public int SlowLines { get; private set; }
    public int SkuLines { get; private set; }
    public int SkuRegexLines { get; private set; }
    public int NeedleLines { get; private set; }
    public int NeedleUserLines { get; private set; }
    public long RawBytes { get; private set; }

    public static int Streams => s_services.Length * s_environments.Length;

    public static (string Service, string Environment) Stream(int index) => (s_services[index / 3], s_environments[index % 3]);

    /// <summary>The next line with its time and stream.</summary>
    public (int Stream, long TimeNanos, string Line) Next(int index)
    {
        var time = StartNanos + (long)((double)index / lines * SpanNanos) + _random.Next(200);
        var stream = _random.Next(s_services.Length) * 3 + (_random.Next(10) switch { < 6 => 0, < 9 => 1, _ => 2 });
        var slot = _random.Next(_traces.Length);
        if (_traces[slot] is null || _random.Next(6) == 0)
        {
            _traces[slot] = Hex(32);
            if (index >= lines / 2 && NeedleTrace.Length == 0)
                NeedleTrace = _traces[slot];
        }
        Write(time, Stream(stream), _traces[slot]);
        if (_traces[slot] == NeedleTrace)
            NeedleLines++;
        var line = _line.ToString();
        RawBytes += line.Length;
        return (stream, time, line);
    }

    private void Write(long time, (string Service, string Environment) stream, string trace)
    {
        var isError = _random.Next(100) == 0;
        var route = s_routes[_random.Next(s_routes.Length)];
        var duration = Math.Round(Math.Exp(_random.NextDouble() * 5.2 + 1) * (_random.Next(50) == 0 ? 12 : 1), 2);
        var user = "u" + _random.Next(users).ToString(CultureInfo.InvariantCulture);
        var (level, status) = isError ? ("ERROR", _random.Next(2) == 0 ? 500 : 503) : _random.Next(20) switch { 0 => ("WARN", 429), < 4 => ("DEBUG", 200), _ => ("INFO", _random.Next(12) == 0 ? 404 : 200) };
        Errors += isError && stream.Environment == "prod" ? 1 : 0;
        SlowLines += duration > 1000 ? 1 : 0;
        NeedleUserLines += user == NeedleUser ? 1 : 0;
        _line.Clear().Append("{\"ts\":\"").Append(DateTimeOffset.UnixEpoch.AddTicks(time / 100).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture))
            .Append("\",\"level\":\"").Append(level).Append("\",\"service\":\"").Append(stream.Service).Append("\",\"env\":\"").Append(stream.Environment)
            .Append("\",\"version\":\"1.").Append(stream.Service.Length).Append(".3\",\"msg\":\"").Append(Message(isError))
            .Append("\",\"method\":\"").Append(s_methods[_random.Next(s_methods.Length)]).Append("\",\"route\":\"").Append(route).Append("\",\"status\":").Append(status)
            .Append(",\"duration_ms\":").Append(duration.ToString("0.##", CultureInfo.InvariantCulture)).Append(",\"trace_id\":\"").Append(trace)
            .Append("\",\"span_id\":\"").Append(Hex(16)).Append("\",\"request_id\":\"req-").Append(Hex(12)).Append("\",\"user_id\":\"").Append(user).Append('"');
        if (isError)
            WriteError();
        _line.Append('}');
    }

    private void WriteError()
    {
        var error = s_errors[_random.Next(s_errors.Length)];
        _line.Append(",\"error_type\":\"").Append(error).Append("\",\"stacktrace\":\"System.").Append(error).Append(": the operation failed");
        for (var frame = 0; frame < 8; frame++)
            _line.Append("\\n   at Shop.").Append(s_services[_random.Next(s_services.Length)]).Append(".Handler.Process(Request request) in /src/Handler.cs:line ").Append(20 + _random.Next(300));
        _line.Append('"');
    }

    private string Message(bool isError)
    {
        if (isError)
            return "request failed after " + (1 + _random.Next(4)) + " attempts, giving up on upstream " + s_services[_random.Next(s_services.Length)];
        switch (_random.Next(7))
        {
            case 0:
                var sku = 10_000 + _random.Next(20_000);
                SkuLines++;
                SkuRegexLines += sku < 20_000 && sku % 10 == 7 ? 1 : 0;
                return $"reserved {1 + _random.Next(5)} of SKU-{sku} in warehouse {_random.Next(40)} for order {_random.Next(900_000)}";
            case 1: return $"order {_random.Next(900_000)} accepted with {1 + _random.Next(9)} items for {_random.Next(90_000) / 100.0:0.00} EUR";
            case 2: return $"cache {(_random.Next(3) == 0 ? "miss" : "hit")} for key session:{Hex(8)} in {_random.Next(900)} us";
            case 3: return $"query returned {_random.Next(500)} rows from shard {_random.Next(16)} using index ix_orders_created";
            case 4: return "request finished and response was written to the client connection";
            case 5: return $"retrying call to {s_services[_random.Next(s_services.Length)]}, attempt {1 + _random.Next(3)} of 3 after {_random.Next(400)} ms backoff";
            default: return $"session of customer {_random.Next(200_000)} extended by {_random.Next(60)} minutes";
        }
    }

    private string Hex(int digits)
    {
        Span<char> hex = stackalloc char[digits];
        for (var i = 0; i < digits; i++)
            hex[i] = "0123456789abcdef"[_random.Next(16)];
        return new string(hex);
    }
}
