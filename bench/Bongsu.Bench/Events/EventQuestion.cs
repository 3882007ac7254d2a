using System.Globalization;
using System.Text.Json;

namespace Bongsu.Bench.Events;

/// <summary>One question, what its answer must count to, and what the reference measured of peers on its own corpus of the same kind (ms; NaN: not measured).</summary>
/// <param name="Name">A letter and what it asks.</param>
/// <param name="PathAndQuery">Of our server.</param>
/// <param name="ReferenceMs">The best peer's median.</param>
/// <param name="Must">Of ours over the peer's.</param>
/// <param name="Aim">Of ours over the peer's.</param>
/// <param name="Expected">What <paramref name="Count"/> gives for a right answer; negative: anything above zero.</param>
/// <param name="Count">Counts an answer.</param>
internal sealed record EventQuestion(string Name, string PathAndQuery, double ReferenceMs, double Must, double Aim, double Expected, Func<JsonElement, double> Count)
{
    private const double TraceMust = 0.5;
    private const double TraceAim = 0.2;

    public static IReadOnlyList<EventQuestion> OfLogs(LogCorpus corpus)
    {
        var (from, to) = (corpus.StartNanos - 1_000_000_000, corpus.EndNanos + 1_000_000_000);
        return
        [
            Lines("a needle, all streams", $$"""{env=~".+"} |= "{{corpus.NeedleTrace}}" """, 3.5, from, to, corpus.NeedleLines),
            Lines("b service, json, level, limit 100", """{service="orders-api"} | json | level="ERROR" """, 7.4, from, to, -1),
            Range("c errors by type over 5 min", """sum by (error_type) (count_over_time({env="prod"} | json | level="ERROR" [5m]))""", 29, from, to, 300, corpus.Errors),
            Range("d the same, |= \"ERROR\" first", """sum by (error_type) (count_over_time({env="prod"} |= "ERROR" | json | level="ERROR" [5m]))""", 29, from, to, 300, corpus.Errors),
            Lines("e service, json, duration, limit 100", """{service="orders-api"} | json | duration_ms>1000 """, 6, from, to, -1),
            Range("f count of a field filter, all", """sum(count_over_time({env=~".+"} | json | duration_ms>1000 [3h]))""", 36, to, to, 60, corpus.SlowLines),
            Lines("g service, regex, limit 100", """{service="orders-api"} |~ "SKU-1[0-9]{3}7" """, 14, from, to, -1),
            Range("h count of a regex, all", """sum(count_over_time({env=~".+"} |~ "SKU-1[0-9]{3}7" [3h]))""", 212, to, to, 60, corpus.SkuRegexLines),
            Range("i count of a substring, all", """sum(count_over_time({env=~".+"} |= "SKU-" [3h]))""", 228, to, to, 60, corpus.SkuLines),
            Lines("j a user id as field, all streams", $$"""{env=~".+"} | json | user_id="{{corpus.NeedleUser}}" """, double.NaN, from, to, Math.Min(100, corpus.NeedleUserLines)),
            Range("k rate by service, step 60 s", """sum by (service) (rate({env="prod"} [5m]))""", 2120, from, to, 60, -1),
            Range("l quantile of a field by route", """quantile_over_time(0.99, {service="orders-api"} | json | unwrap duration_ms [5m]) by (route)""", 552, from, to, 300, -1),
        ];
    }

    public static IReadOnlyList<EventQuestion> OfSpans(SpanLoad load, long endNanos)
    {
        var (from, to) = (endNanos / 1_000_000_000 - 7260, endNanos / 1_000_000_000 + 60);
        return
        [
            new("m trace by id", $"/tempo/api/traces/{load.NeedleTrace}", 53, TraceMust, TraceAim, SpanLoad.SpansPerTrace, Spans),
            Search("n service", """{resource.service.name="payments"}""", 8.6, from, to, 20),
            Search("o service, status", """{resource.service.name="payments" && status=error}""", 9.7, from, to, 20),
            Search("p service, duration over 2 s: none", """{resource.service.name="payments" && duration>2s}""", 30, from, to, 0),
            Search("q an attribute without an index", $$"""{span.user.id="{{load.NeedleUser}}"}""", 174, from, to, -1),
            Search("r structure", """{resource.service.name="gateway"} >> {resource.service.name="payments" && status=error}""", 22, from, to, 20),
            Metrics("s rate of all spans by service", "{ } | rate() by (resource.service.name)", from, to),
            Metrics("t quantile of errors by name", "{ status = error } | quantile_over_time(duration, .9) by (name)", from, to),
            Search("u a number of every span: none", "{ span.http.response.status_code >= 600 }", double.NaN, from, to, 0),
        ];
    }

    private static EventQuestion Lines(string name, string query, double referenceMs, long from, long to, double expected) =>
        new(name, $"/loki/api/v1/query_range?query={Uri.EscapeDataString(query.Trim())}&start={from}&end={to}&limit=100&direction=backward", referenceMs, 1, 0.5, expected, LinesOf);

    private static EventQuestion Range(string name, string query, double referenceMs, long from, long to, int stepSeconds, double expected) =>
        new(name, from == to
            ? $"/loki/api/v1/query?query={Uri.EscapeDataString(query)}&time={to}"
            : $"/loki/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={from / (stepSeconds * 1_000_000_000L) * stepSeconds}&end={(to / (stepSeconds * 1_000_000_000L) + 1) * stepSeconds}&step={stepSeconds}", referenceMs, 1, 0.5, expected, SumOf);

    private static EventQuestion Search(string name, string query, double referenceMs, long from, long to, double expected) =>
        new(name, $"/tempo/api/search?q={Uri.EscapeDataString(query)}&start={from}&end={to}&limit=20", referenceMs, TraceMust, TraceAim, expected,
            answer => answer.TryGetProperty("traces", out var traces) ? traces.GetArrayLength() : 0);

    private static EventQuestion Metrics(string name, string query, long from, long to) =>
        new(name, $"/tempo/api/metrics/query_range?q={Uri.EscapeDataString(query)}&start={from}&end={to}&step=60s", double.NaN, TraceMust, TraceAim, -1, answer => answer.GetProperty("series").GetArrayLength());

    private static double LinesOf(JsonElement answer) => answer.GetProperty("data").GetProperty("result").EnumerateArray().Sum(s => s.GetProperty("values").GetArrayLength());

    // Steps as long as the window: each line is in one of them.
    private static double SumOf(JsonElement answer) => answer.GetProperty("data").GetProperty("result").EnumerateArray().Sum(s =>
        s.TryGetProperty("values", out var values) ? values.EnumerateArray().Sum(Value) : Value(s.GetProperty("value")));

    private static double Value(JsonElement point) => double.Parse(point[1].GetString()!, CultureInfo.InvariantCulture);

    private static double Spans(JsonElement answer) => answer.GetProperty("batches").EnumerateArray()
        .Sum(b => b.GetProperty("scopeSpans").EnumerateArray().Sum(s => s.GetProperty("spans").GetArrayLength()));
}
