using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Bongsu.Server.Tests.Api.Loki;

/// <summary>One case of the LogQL suite: the request that it asks for and the comparison that it wants.</summary>
internal static class LogQlCase
{
    private static readonly (string Name, string Pattern)[] Classes =
    [
        ("empty-matcher", "at least one regexp or equality matcher"),
        ("instant-log", "log queries are not supported as an instant query"),
        ("unwrap", @"without unwrap|does not support unwrap|with unwrap"),
        ("grouping", "grouping not allowed"),
        ("parameter", "parameter required|unsupported range vector aggregation|invalid parameter"),
        ("matching", "multiple matches for labels|many-to-many|must be unique|duplicate series"),
        ("series-limit", "maximum (number )?of series"),
        ("entries-limit", "max entries limit"),
        ("resolution", "maximum resolution"),
        ("time-range", "end timestamp must not be before"),
        ("pipeline", "pipeline error"),
        ("bad-request", "step widths|limit must be|invalid direction|to a valid duration|parsing \".*\": invalid syntax|only label matchers"),
        ("regex", "error parsing regexp|missing closing|invalid regular expression"),
        ("template", "invalid line template|invalid template|function \"?.*\"? not defined"),
        ("parse", "parse error|syntax error"),
    ];

    /// <summary>Null when the answer is right, else what differs.</summary>
    public static async Task<string?> RunAsync(HttpClient client, JsonObject item, long baseNanos)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url(item, baseNanos));
        foreach (var (name, value) in item["headers"]?.AsObject() ?? [])
            request.Headers.TryAddWithoutValidation(name, (string)value!);
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var golden = item["golden"]!.AsObject();
        if (golden["error"] is { } error)
        {
            var got = $"{(int)response.StatusCode} {ErrorClass(text)}";
            var want = $"{error["status"]} {error["class"]}";
            return got == want ? null : $"want {want}, got {got}: {Short(text)}";
        }
        if (!response.IsSuccessStatusCode)
            return $"HTTP {(int)response.StatusCode}: {Short(text)}";
        var (kind, wanted) = (golden.First().Key, golden.First().Value!);
        var answer = Normalise(item, JsonNode.Parse(text)!, kind, baseNanos);
        return Difference(wanted, answer, (bool?)item["ordered"] ?? kind is not ("vector" or "matrix" or "streams" or "series" or "fields"));
    }

    private static string Url(JsonObject item, long baseNanos)
    {
        var kind = (string)item["kind"]!;
        var parameters = new List<(string, string)>();
        if (item["expr"] is { } expr)
            parameters.Add(("query", ((string)expr!).Replace("${BASE_NS}", $"{baseNanos}").Replace("${BASE_S}", $"{baseNanos / 1_000_000_000}")));
        if (kind == "query")
        {
            parameters.Add(("time", At(item["timeOffset"], 2400, baseNanos)));
        }
        else if (kind != "format_query")
        {
            parameters.Add(("start", At(item["startOffset"], 0, baseNanos)));
            parameters.Add(("end", At(item["endOffset"], 2400, baseNanos)));
        }
        foreach (var name in (string[])["step", "limit", "direction", "line_limit"])
        {
            if (item[name] is { } value)
                parameters.Add((name, value.ToString()));
        }
        foreach (var match in item["match"]?.AsArray() ?? [])
            parameters.Add(("match[]", (string)match!));
        var path = kind == "label_values" ? $"label/{Uri.EscapeDataString((string)item["name"]!)}/values" : kind;
        return $"/loki/api/v1/{path}?" + string.Join('&', parameters.Select(p => $"{p.Item1}={Uri.EscapeDataString(p.Item2)}"));
    }

    private static string At(JsonNode? offset, double otherwise, long baseNanos) =>
        (baseNanos + (long)Math.Round(((double?)offset ?? otherwise) * 1e9)).ToString(CultureInfo.InvariantCulture);

    private static string ErrorClass(string text) =>
        Array.Find(Classes, c => Regex.IsMatch(text, c.Pattern, RegexOptions.IgnoreCase | RegexOptions.Singleline)).Name ?? "other";

    private static JsonNode Normalise(JsonObject item, JsonNode answer, string kind, long baseNanos)
    {
        var data = answer["data"];
        switch (kind)
        {
            case "fields":
                return new JsonArray([.. answer["fields"]!.AsArray().Select(f => (JsonNode)new JsonArray(Copy(f!["label"]), Copy(f["type"]), Copy(f["cardinality"]), Copy(f["parsers"])))]);
            case "strings":
            case "series":
            case "text":
                return Copy(data)!;
            case "scalar":
                return Copy(data!["result"]![1])!;
            case "streams":
                return Streams(item, data!["result"]!.AsArray(), baseNanos);
            default:
                var name = kind == "vector" ? "value" : "values";
                return new JsonArray([.. data!["result"]!.AsArray().Select(s => (JsonNode)new JsonObject
                {
                    ["metric"] = Labels(s!["metric"]!),
                    [name] = kind == "vector" ? Point(s[name]!, baseNanos) : new JsonArray([.. s[name]!.AsArray().Select(p => Point(p!, baseNanos))]),
                })]);
        }
    }

    private static JsonArray Point(JsonNode point, long baseNanos) => new(Math.Round((double)point[0]! - baseNanos / 1e9, 3), Copy(point[1]));

    private static JsonArray Streams(JsonObject item, JsonArray streams, long baseNanos)
    {
        var forward = (string?)item["direction"] == "forward";
        var result = new JsonArray();
        // Streams that differ in error details alone are one.
        foreach (var same in streams.GroupBy(s => Labels(s!["stream"]!).ToJsonString()))
        {
            var stream = same.First();
            foreach (var more in same.Skip(1).SelectMany(s => s!["values"]!.AsArray()).ToList())
                stream!["values"]!.AsArray().Add(Copy(more));
            var values = stream!["values"]!.AsArray().Select(v => (Time: long.Parse((string)v![0]!, CultureInfo.InvariantCulture) - baseNanos, Value: v)).ToList();
            var inOrder = same.Count() > 1 || values.Zip(values.Skip(1)).All(p => forward ? p.First.Time <= p.Second.Time : p.First.Time >= p.Second.Time);
            var sorted = values.Select(v => (JsonNode)(v.Value.AsArray().Count > 2
                ? new JsonArray(v.Time, Copy(v.Value[1]), Categories(v.Value[2]!))
                : new JsonArray(v.Time, Copy(v.Value[1])))).ToList();
            sorted.Sort((a, b) => (long)a[0]! != (long)b[0]!
                ? (forward ? 1 : -1) * ((long)a[0]!).CompareTo((long)b[0]!)
                : string.CompareOrdinal((string)a[1]!, (string)b[1]!));
            result.Add(new JsonObject { ["labels"] = inOrder ? Labels(stream["stream"]!) : "entries are not in order", ["values"] = new JsonArray([.. sorted]) });
        }
        return result;
    }

    private static JsonObject Categories(JsonNode node) => new(node.AsObject().Select(c => KeyValuePair.Create(c.Key, (JsonNode?)Labels(c.Value!))));

    private static JsonObject Labels(JsonNode labels) =>
        new(labels.AsObject().Select(l => KeyValuePair.Create(l.Key, l.Key == "__error_details__" ? "*" : Copy(l.Value))));

    private static JsonNode? Copy(JsonNode? node) => node?.DeepClone();

    private static string? Difference(JsonNode want, JsonNode got, bool isOrdered)
    {
        if (want is JsonArray wanted && got is JsonArray given && !isOrdered)
        {
            var left = given.Select(g => g!).ToList();
            foreach (var w in wanted)
            {
                var index = left.FindIndex(g => Same(w, g));
                if (index < 0)
                    return $"missing {Short(w!.ToJsonString())} among {left.Count} left: {Short(left.FirstOrDefault()?.ToJsonString() ?? "nothing")}";
                left.RemoveAt(index);
            }
            return left.Count == 0 ? null : $"{left.Count} too many, {Short(left[0].ToJsonString())}";
        }
        return Same(want, got) ? null : $"want {Short(want.ToJsonString())}, got {Short(got.ToJsonString())}";
    }

    private static bool Same(JsonNode? want, JsonNode? got)
    {
        switch (want, got)
        {
            case (JsonObject a, JsonObject b):
                return a.Count == b.Count && a.All(p => b.ContainsKey(p.Key) && Same(p.Value, b[p.Key]));
            case (JsonArray a, JsonArray b):
                return a.Count == b.Count && a.Zip(b).All(p => Same(p.First, p.Second));
            case (JsonValue a, JsonValue b):
                return a.ToString() == b.ToString() || SameNumber(a.ToString(), b.ToString());
            default:
                return want is null && got is null;
        }
    }

    private static bool SameNumber(string a, string b)
    {
        if (!double.TryParse(a, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) || !double.TryParse(b, NumberStyles.Float, CultureInfo.InvariantCulture, out var y))
            return false;
        return Math.Abs(x - y) <= 1e-6 * Math.Max(Math.Abs(x), Math.Abs(y));
    }

    private static string Short(string text) => text.Length > 500 ? text[..500] + "…" : text;
}
