using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Ingest.Pipeline.Sampling.Policies;
using Bongsu.Response.Configuration;

namespace Bongsu.Server.Configuration;

/// <summary>
/// Reads sampling.yaml of the configuration folder: a collector's configuration with a tail_sampling processor, or that processor alone, as it is; and our own keys
/// beside it.
/// </summary>
internal static class SamplingFile
{
    public const string Name = "sampling.yaml";

    private const long MinMemoryBytes = 1 << 20;

    // What else a collector's configuration says at the top.
    private static readonly string[] s_collector = ["receivers", "exporters", "extensions", "connectors", "service"];

    private static readonly string[] s_own = ["keep_errors", "keep_slow", "inverted_decisions", "memory", "max_trace_bytes", "head", "logs"];

    /// <summary>The plan; of a file with problems it is not to be used.</summary>
    public static SamplingPlan Read(string directory, List<ConfigProblem> problems)
    {
        if (ConfigurationFile.Open(directory, Name, problems) is not { } root)
            return new SamplingPlan();
        var notes = new List<string>();
        var tail = Tail(root, problems, notes) is { } read ? read with { InvertedDecisions = Inverted(root, read, notes) } : null;
        var plan = Own(root) with { Tail = tail, Notes = notes };
        root.End();
        if (tail is not null)
            Check(root, plan);
        return plan;
    }

    private static TailPlan? Tail(YamlMap root, List<ConfigProblem> problems, List<string> notes)
    {
        if (root.Has("policies", isKnown: true))
            return new TailSamplingReader(root, notes).Read();
        if (Processor(root) is { } direct)
            return Block(direct, notes);
        if (root.Map("processors") is not { } processors)
            return null;
        foreach (var key in s_collector)
            root.Has(key, isKnown: true);
        return Processor(processors) is { } found ? Block(found, notes) : NoTail(root, problems);
    }

    private static TailPlan? NoTail(YamlMap root, List<ConfigProblem> problems)
    {
        problems.Add(new ConfigProblem(Name, root.LineOf("processors"), "processors", "has no tail_sampling", "add one, or leave processors: out"));
        return null;
    }

    // A mapping that holds tail_sampling or tail_sampling/name; its other processors are the collector's.
    private static YamlMap? Processor(YamlMap map)
    {
        var names = map.Keys.Where(k => k == "tail_sampling" || k.StartsWith("tail_sampling/", StringComparison.Ordinal)).ToList();
        if (names.Count == 0)
            return null;
        if (names.Count > 1)
            map.Report(names[1], "is a second tail sampler", "keep one: every span passes the same");
        foreach (var name in names)
            map.Has(name, isKnown: true);
        return map.Map(names[0]);
    }

    private static TailPlan Block(YamlMap block, List<string> notes)
    {
        var plan = new TailSamplingReader(block, notes).Read();
        block.End();
        return plan;
    }

    private static SamplingPlan Own(YamlMap root)
    {
        foreach (var key in s_own)
            root.Has(key, isKnown: true);
        var plan = new SamplingPlan();
        return plan with
        {
            KeepErrors = root.Flag("keep_errors", plan.KeepErrors),
            KeepSlow = root.Duration("keep_slow") ?? plan.KeepSlow,
            MemoryBytes = Bytes(root, "memory", plan.MemoryBytes, MinMemoryBytes),
            MaxTraceBytes = Bytes(root, "max_trace_bytes", plan.MaxTraceBytes, 0),
            HeadRatio = Head(root),
            Logs = Logs(root),
        };
    }

    // Collectors from 0.144 on take an inverted policy as any other; those before, and what all of them document, let it decide for itself.
    private static bool Inverted(YamlMap root, TailPlan tail, List<string> notes)
    {
        if (!root.Has("inverted_decisions", isKnown: true) && tail.Policies.OfType<ConditionPolicy>().FirstOrDefault(p => p.IsInverted) is { } policy)
            notes.Add($"{Name}: {policy.Name} has invert_match: what it finds is not kept, whatever others sample. Collectors from 0.144 on would keep it where another policy samples: write inverted_decisions: false for that.");
        return root.Flag("inverted_decisions", true);
    }

    private static double Head(YamlMap root)
    {
        if (root.Map("head") is not { } head)
            return 1;
        var ratio = Ratio(head, "ratio");
        head.End();
        return ratio;
    }

    private static List<LogSamplingRule> Logs(YamlMap root)
    {
        var maps = root.Maps("logs");
        if (maps.Count > LogRules.Max)
            root.Report("logs", $"has {maps.Count} rules; the limit is {LogRules.Max}", "join services by leaving service: out");
        return [.. maps.Take(LogRules.Max).Select(Rule)];
    }

    private static LogSamplingRule Rule(YamlMap map)
    {
        var levels = new List<string>();
        foreach (var (level, _) in map.Texts("level"))
        {
            if (LogRules.Levels.Contains(level))
                levels.Add(level);
            else
                map.Report("level", LogRules.AlwaysKept.Contains(level) ? $"{level} is always kept" : $"\"{YamlMap.Short(level)}\" is no level", $"write some of {string.Join(", ", LogRules.Levels)}");
        }
        var rule = new LogSamplingRule(map.Text("service"), levels, Ratio(map, "ratio"));
        map.End();
        return rule;
    }

    private static double Ratio(YamlMap map, string key)
    {
        if (map.Number(key, required: true) is not { } ratio)
            return 1;
        if (ratio is >= 0 and <= 1)
            return ratio;
        map.Report(key, $"{ratio} is not between 0 and 1", "write 0.1 for a tenth");
        return 1;
    }

    private static long Bytes(YamlMap root, string key, long otherwise, long min)
    {
        if (root.Text(key) is not { } text)
            return otherwise;
        if (Units.TryParseBytes(text, out var bytes) && bytes >= min)
            return bytes;
        root.Report(key, $"\"{YamlMap.Short(text)}\" is no size{(min > 0 ? $" of at least {min >> 20} MiB" : "")}", "write it as 64MiB");
        return otherwise;
    }

    // What only shows when all of it stands together.
    private static void Check(YamlMap root, SamplingPlan plan)
    {
        try
        {
            plan.Check();
        }
        catch (ArgumentException wrong)
        {
            root.Report("", wrong.Message, "use fewer policies that look at spans");
        }
    }
}
