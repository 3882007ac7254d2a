namespace Bongsu.Ingest.Pipeline.Lint;

/// <summary>What was found of one signal of one service. Not thread-safe: the owner locks.</summary>
internal sealed class ServiceLint(string service, Signal signal)
{
    private readonly RuleUse?[] _rules = new RuleUse?[LintRules.Count];
    private long _now;
    private long _before;

    public string Service { get; } = service;

    public Signal Signal { get; } = signal;

    /// <summary>Records looked at within the window.</summary>
    public long Checked => _now + _before;

    public void Check() => _now++;

    public void Add(LintRule rule, ReadOnlySpan<byte> example, long nowMs) => (_rules[(int)rule] ??= new RuleUse()).Add(example, nowMs);

    /// <summary>Counts the attributes at fault; the record is counted by <see cref="Add"/>.</summary>
    public void AddKey(LintRule rule, ReadOnlySpan<byte> key) => (_rules[(int)rule] ??= new RuleUse()).AddKey(key);

    public void ForgetExamples()
    {
        foreach (var rule in _rules)
            rule?.ForgetExample();
    }

    public void Turn()
    {
        (_before, _now) = (_now, 0);
        foreach (var rule in _rules)
            rule?.Turn();
    }

    public void Report(List<LintFinding> into)
    {
        for (var i = 0; i < LintRules.Count; i++)
        {
            var rule = (LintRule)i;
            if (_rules[i] is not { Count: > 0 } use || use.Count < Checked * LintRules.LeastShare(rule))
                continue;
            into.Add(new LintFinding(Service, Signal, rule, use.Count, Checked, use.Example, use.Keys(), LintRules.Fix(rule), use.FirstSeenMs, use.LastSeenMs));
        }
    }
}
