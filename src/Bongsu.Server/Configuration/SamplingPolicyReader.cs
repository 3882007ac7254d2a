using Bongsu.Ingest.Pipeline.Sampling.Ottl;
using Bongsu.Ingest.Pipeline.Sampling.Policies;
using Bongsu.Response.Configuration;

namespace Bongsu.Server.Configuration;

/// <summary>Reads one policy of a tail_sampling processor, with those inside it.</summary>
internal sealed class SamplingPolicyReader(YamlMap map)
{
    private const int MaxParts = 50;
    private const int MaxValues = 1000;

    private static readonly string[] s_leaves =
    [
        "always_sample", "latency", "numeric_attribute", "probabilistic", "status_code", "string_attribute", "trace_state", "trace_flags", "rate_limiting", "bytes_limiting", "span_count",
        "boolean_attribute", "ottl_condition",
    ];

    private readonly string _name = map.Text("name", required: true) ?? "?";

    /// <summary>Null after reporting why there is none.</summary>
    public SamplingPolicy? Read(PolicyPlace place)
    {
        string[] known = place switch
        {
            PolicyPlace.Top => [.. s_leaves, "and", "not", "drop", "composite"],
            PolicyPlace.Part => [.. s_leaves, "not"],
            _ => [.. s_leaves, "and", "not"],
        };
        if (map.Text("type", required: true) is null)
            return null;
        var type = map.OneOf("type", known);
        // Why not on its own: what is wrong with the type is said, and the rest would be said of another.
        if (map.Text("type") != type)
            return null;
        var policy = type is "always_sample" or "trace_flags" ? Plain(type) : map.Map(type, required: true) is { } own ? Of(type, own) : null;
        map.End();
        return policy;
    }

    // The block of these two may be there, and says nothing.
    private SamplingPolicy Plain(string type)
    {
        map.Map(type)?.End();
        return type == "always_sample" ? new AlwaysSamplePolicy(_name) : new ConditionPolicy(_name, type, new TraceFlagsCondition());
    }

    private SamplingPolicy? Of(string type, YamlMap own)
    {
        var policy = type switch
        {
            "latency" => new LatencyPolicy(_name, Whole(own, "threshold_ms") ?? 0, Whole(own, "upper_threshold_ms") ?? 0),
            "numeric_attribute" => Numeric(own),
            "probabilistic" => Probabilistic(own),
            "status_code" => Status(own),
            "string_attribute" => String(own),
            "trace_state" => new ConditionPolicy(_name, type, new TraceStateCondition(own.Text("key", required: true) ?? "", Values(own))),
            "rate_limiting" => RateLimiting(own),
            "bytes_limiting" => BytesLimiting(own),
            "span_count" => new SpanCountPolicy(_name, Whole(own, "min_spans") ?? 0, Whole(own, "max_spans") ?? 0),
            "boolean_attribute" => Boolean(own),
            "ottl_condition" => Ottl(own),
            "and" => Parts(own, "and_sub_policy") is { } parts ? new AndPolicy(_name, parts) : null,
            "drop" => Parts(own, "drop_sub_policy") is { } parts ? new DropPolicy(_name, parts) : null,
            "not" => Not(own),
            _ => (SamplingPolicy?)Composite(own),
        };
        own.End();
        return policy;
    }

    private ConditionPolicy Numeric(YamlMap own)
    {
        var condition = new NumericCondition(own.Text("key", required: true) ?? "", Whole(own, "min_value", signed: true) ?? long.MinValue, Whole(own, "max_value", signed: true) ?? long.MaxValue);
        if (!own.Has("min_value") && !own.Has("max_value"))
            own.Report("", "has neither min_value nor max_value", "add one of them");
        return new ConditionPolicy(_name, "numeric_attribute", condition, own.Flag("invert_match", false));
    }

    private ConditionPolicy Boolean(YamlMap own) => new(_name, "boolean_attribute", new BooleanCondition(own.Text("key", required: true) ?? "", own.Flag("value", false)), own.Flag("invert_match", false));

    private ProbabilisticPolicy Probabilistic(YamlMap own)
    {
        var percentage = own.Number("sampling_percentage") ?? 0;
        if (percentage < 0)
            own.Report("sampling_percentage", "is below 0", "write a percentage from 0 to 100");
        return new ProbabilisticPolicy(_name, own.Has("hash_salt", isKnown: true) ? own.Text("hash_salt") ?? "" : "", percentage);
    }

    private ConditionPolicy Status(YamlMap own)
    {
        var statuses = 0;
        var texts = own.Texts("status_codes");
        if (texts.Count == 0)
            own.Report("status_codes", "names no status", "write some of OK, ERROR, UNSET");
        foreach (var (text, _) in texts)
        {
            var status = text switch { "UNSET" => 0, "OK" => 1, "ERROR" => 2, _ => -1 };
            if (status < 0)
                own.Report("status_codes", $"\"{YamlMap.Short(text)}\" is no status", "write some of OK, ERROR, UNSET");
            else
                statuses |= 1 << status;
        }
        return new ConditionPolicy(_name, "status_code", new StatusCondition(statuses));
    }

    private ConditionPolicy? String(YamlMap own)
    {
        var (key, values) = (own.Text("key", required: true) ?? "", Values(own));
        // A result cache would answer no faster: expressions run in linear time.
        Whole(own, "cache_max_size");
        var isInverted = own.Flag("invert_match", false);
        if (!own.Flag("enabled_regex_matching", false))
            return new ConditionPolicy(_name, "string_attribute", new StringCondition(key, values), isInverted);
        try
        {
            return new ConditionPolicy(_name, "string_attribute", new PatternCondition(key, values), isInverted);
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            own.Report("values", wrong.Message, "write expressions as RE2 has them");
            return null;
        }
    }

    private RateLimitingPolicy RateLimiting(YamlMap own)
    {
        var rate = Whole(own, "spans_per_second") ?? 0;
        return new RateLimitingPolicy(_name, rate, Whole(own, "burst_capacity") ?? 2 * rate);
    }

    private BytesLimitingPolicy BytesLimiting(YamlMap own)
    {
        var rate = Whole(own, "bytes_per_second") ?? 0;
        return new BytesLimitingPolicy(_name, rate, Whole(own, "burst_capacity") ?? 2 * rate);
    }

    private ConditionPolicy? Ottl(YamlMap own)
    {
        own.OneOf("error_mode", "propagate", "ignore", "silent");
        var spans = own.Texts("span");
        var events = own.Texts("spanevent");
        if (spans.Count + events.Count == 0)
            own.Report("", "has no condition", "add one below span: or spanevent:");
        if (spans.Count + events.Count > MaxParts)
            own.Report("", $"has {spans.Count + events.Count} conditions; the limit is {MaxParts}", "join some with or");
        if (OttlCondition.TryParse([.. spans.Select(s => s.Text)], [.. events.Select(e => e.Text)], out var fault, out var problem) is { } condition)
            return new ConditionPolicy(_name, "ottl_condition", condition);
        own.Report(spans.Exists(s => s.Text == fault) ? "span" : "spanevent", $"\"{YamlMap.Short(fault)}\": {problem}", "rewrite the condition");
        return null;
    }

    private NotPolicy? Not(YamlMap own) =>
        own.Map("not_sub_policy", required: true) is { } part && new SamplingPolicyReader(part).Read(PolicyPlace.Part) is { } policy ? new NotPolicy(_name, policy) : null;

    private static List<SamplingPolicy>? Parts(YamlMap own, string key)
    {
        var maps = own.Maps(key, required: true);
        if (maps.Count > MaxParts)
            own.Report(key, $"has {maps.Count} policies; the limit is {MaxParts}", "join some");
        if (maps.Count == 0)
            own.Report(key, "has no policy", "add at least one");
        var parts = maps.Take(MaxParts).Select(m => new SamplingPolicyReader(m).Read(PolicyPlace.Part)).ToList();
        return parts.Count == 0 || parts.Contains(null) ? null : [.. parts.OfType<SamplingPolicy>()];
    }

    private CompositePolicy? Composite(YamlMap own)
    {
        var max = Whole(own, "max_total_spans_per_second") ?? 0;
        var maps = own.Maps("composite_sub_policy", required: true).Take(MaxParts);
        var policies = maps.Select(m => new SamplingPolicyReader(m).Read(PolicyPlace.Share)).OfType<SamplingPolicy>().ToList();
        var shares = Shares(own, policies, max);
        var order = own.Texts("policy_order");
        if (order.Count == 0)
            own.Report("policy_order", "is missing", "name the policies of composite_sub_policy in the order they are asked");
        var parts = new List<CompositePolicy.Part>();
        foreach (var (name, _) in order)
        {
            if (policies.Find(p => p.Name == name) is not { } policy)
                own.Report("policy_order", $"\"{YamlMap.Short(name)}\" is none of composite_sub_policy", $"write some of {string.Join(", ", policies.Select(p => p.Name))}");
            else
                parts.Add(new CompositePolicy.Part(policy, shares[name]));
        }
        return parts.Count == 0 ? null : new CompositePolicy(_name, max, parts);
    }

    /// <summary>Spans a second of each policy. Those without an allocation share what the others leave, so that all together stay below the maximum.</summary>
    private static Dictionary<string, long> Shares(YamlMap own, List<SamplingPolicy> policies, long max)
    {
        var shares = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var allocation in own.Maps("rate_allocation"))
        {
            var (policy, percent) = (allocation.Text("policy", required: true), Whole(allocation, "percent") ?? 0);
            allocation.End();
            if (policy is null)
                continue;
            if (policies.TrueForAll(p => p.Name != policy))
                allocation.Report("policy", $"\"{YamlMap.Short(policy)}\" is none of composite_sub_policy", $"write one of {string.Join(", ", policies.Select(p => p.Name))}");
            else if (percent > 100)
                allocation.Report("percent", $"{percent} is more than 100", "write a percentage");
            else
                shares[policy] = percent > 0 ? max * percent / 100 : max / policies.Count;
        }
        var others = policies.Where(p => !shares.ContainsKey(p.Name)).ToList();
        var left = Math.Max(0, max - shares.Values.Sum());
        foreach (var other in others)
            shares[other.Name] = left / others.Count;
        return shares;
    }

    private static List<string> Values(YamlMap own)
    {
        var values = own.Texts("values");
        if (values.Count == 0)
            own.Report("values", "has no value", "add at least one");
        if (values.Count > MaxValues)
            own.Report("values", $"has {values.Count} values; the limit is {MaxValues}", "use an expression");
        return [.. values.Take(MaxValues).Select(v => v.Text)];
    }

    private static long? Whole(YamlMap own, string key, bool signed = false)
    {
        if (own.Number(key) is not { } number)
            return null;
        if (number == Math.Floor(number) && number <= 1L << 53 && number >= (signed ? -(1L << 53) : 0))
            return (long)number;
        own.Report(key, $"{number} is no whole number{(signed ? "" : " from 0 on")}", "write it without a fraction");
        return null;
    }
}
