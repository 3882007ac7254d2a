using Bongsu.Storage;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Bench.Events;

/// <summary>What the store alone takes to give the records of a question, with the hints a query language can give it.</summary>
internal sealed record StoreQuestion(string Name, LogSelect Select, double Expected)
{
    public static IReadOnlyList<StoreQuestion> Of(LogCorpus corpus)
    {
        LabelMatcher[] all = [new(MatchType.Regex, "env", ".+")], prod = [new(MatchType.Equal, "env", "prod")];
        var everything = new LogSelect(corpus.StartNanos - 1_000_000_000, corpus.EndNanos + 1_000_000_000, all, NewestFirst: false);
        return
        [
            new("store a: needle", everything with { Needles = [System.Text.Encoding.UTF8.GetBytes(corpus.NeedleTrace)] }, corpus.NeedleLines),
            new("store c: level as column, error_type", everything with { Matchers = prod, Fields = [Text("level", "ERROR")], OnlyFields = ["error_type"] }, corpus.Errors),
            new("store f: number as column, no field", everything with { Fields = [FieldCondition.OfNumber("duration_ms", FieldComparison.Greater, 1000)], OnlyFields = [] }, corpus.SlowLines),
            new("store h: literal of the regex, lines", everything with { Needles = ["SKU-1"u8.ToArray()] }, double.NaN),
            new("store i: substring, no field", everything with { Needles = ["SKU-"u8.ToArray()], OnlyFields = [] }, corpus.SkuLines),
            new("store j: user id as column", everything with { Fields = [Text("user_id", corpus.NeedleUser)] }, corpus.NeedleUserLines),
            new("store k: streams and times alone", everything with { Matchers = prod, OnlyFields = [] }, double.NaN),
        ];
    }

    public async Task<int> CountAsync(DiskStore store)
    {
        var (count, warnings) = (0, new List<string>());
        await foreach (var batch in store.SelectAsync(Select, warnings, default))
            count += batch.Count;
        return warnings.Count == 0 ? count : throw new InvalidOperationException(warnings[0]);
    }

    private static FieldCondition Text(string name, string value) => FieldCondition.OfText(new LabelMatcher(MatchType.Equal, name, value));
}
