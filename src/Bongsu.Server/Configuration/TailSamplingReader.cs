using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Ingest.Pipeline.Sampling.Policies;
using Bongsu.Response.Configuration;

namespace Bongsu.Server.Configuration;

/// <summary>Reads the block of a collector's tail_sampling processor.</summary>
internal sealed class TailSamplingReader(YamlMap block, List<string> notes)
{
    private const int MaxPolicies = 200;
    private static readonly TimeSpan s_maxWait = TimeSpan.FromHours(1);

    // What is about memory and threads of a collector, and needs no setting here.
    private static readonly string[] s_meaningless = ["num_traces", "expected_new_traces_per_sec", "block_on_overflow", "num_shards", "drop_pending_traces_on_shutdown", "tail_storage", "decision_cache"];

    public TailPlan Read()
    {
        var tail = new TailPlan { Policies = [] };
        var policies = Policies();
        foreach (var key in s_meaningless)
        {
            if (block.Has(key, isKnown: true))
                notes.Add($"{SamplingFile.Name}: {key} has no meaning here: {Why(key)}");
        }
        if (block.OneOf("sampling_strategy", "trace-complete", "span-ingest") == "span-ingest")
            block.Report("sampling_strategy", "span-ingest is not supported", "leave it out: traces are decided when they are complete");
        return tail with
        {
            DecisionWait = Wait("decision_wait") ?? tail.DecisionWait,
            RootGrace = Wait("decision_wait_after_root_received") ?? tail.RootGrace,
            SampleOnFirstMatch = block.Flag("sample_on_first_match", false),
            MaximumTraceBytes = (long)(block.Number("maximum_trace_size_bytes") ?? 0),
            Policies = policies,
        };
    }

    private static string Why(string key) => key switch
    {
        "num_traces" or "expected_new_traces_per_sec" or "block_on_overflow" => "undecided traces have a budget of bytes (memory:).",
        "decision_cache" => "decisions are always remembered, in half of memory:.",
        "drop_pending_traces_on_shutdown" => "undecided traces are on the disk and are taken up again.",
        _ => "undecided spans are on the disk already.",
    };

    private TimeSpan? Wait(string key)
    {
        if (block.Text(key) is not { } text)
            return null;
        if (!GoDuration.TryParse(text, out var wait))
            block.Report(key, $"\"{YamlMap.Short(text)}\" is not a duration", "write it as 300ms, 10s or 1m30s");
        else if (wait > s_maxWait)
            block.Report(key, $"is longer than {s_maxWait.TotalHours} h", "wait less: undecided traces take memory");
        else
            return wait;
        return null;
    }

    private List<SamplingPolicy> Policies()
    {
        var maps = block.Maps("policies", required: true);
        if (maps.Count > MaxPolicies)
            block.Report("policies", $"has {maps.Count} policies; the limit is {MaxPolicies}", "join some");
        if (maps.Count == 0 && block.Has("policies"))
            block.Report("policies", "has no policy, so that only errors and slow traces would be kept", "add one, such as always_sample");
        var policies = new List<SamplingPolicy>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var map in maps.Take(MaxPolicies))
        {
            var policy = new SamplingPolicyReader(map).Read(PolicyPlace.Top);
            if (policy is null)
                continue;
            if (!names.Add(policy.Name))
                map.Report("name", $"\"{YamlMap.Short(policy.Name)}\" is the name of another policy", "give each its own");
            policies.Add(policy);
        }
        return policies;
    }
}
