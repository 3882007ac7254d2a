using Bongsu.Storage.Head;
using Bongsu.Telemetry.Labels;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Storage.Tests.Head;

public sealed class LabelIndexTests
{
    private readonly Random _random = new(11);

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(3000)]
    public void Selects_what_all_matchers_pass(int count)
    {
        var index = new LabelIndex();
        var all = new List<LabelSet>();
        for (var i = 0; i < count; i++)
        {
            all.Add(LabelSet.Of(("i", $"{i}"), ("ten", $"{i / 10}"), ("even", i % 2 == 0 ? "yes" : "no"), ("some", _random.Next(3) == 0 ? "x" : "")));
            index.Add(all[^1]);
        }
        for (var round = 0; round < 300; round++)
        {
            var matchers = Enumerable.Range(0, _random.Next(4)).Select(_ => Matcher(count)).ToList();
            var bits = index.Select(matchers);
            Assert.Equal(all.Select(labels => matchers.All(m => m.Matches(labels.Get(m.Name) ?? ""))), all.Select((_, i) => (bits[i >> 6] >> (i & 63) & 1) != 0));
            Assert.True(count % 64 == 0 || bits[^1] >> (count % 64) == 0, "bits behind the last series are set");
        }
    }

    private LabelMatcher Matcher(int count) => _random.Next(8) switch
    {
        0 => new LabelMatcher(MatchType.Equal, "i", $"{_random.Next(count + 1)}"),
        1 => new LabelMatcher(MatchType.Equal, "ten", $"{_random.Next(count / 10 + 1)}"),
        2 or 3 => new LabelMatcher(MatchType.Equal, "even", _random.Next(2) == 0 ? "yes" : "no"),
        4 => new LabelMatcher(MatchType.Equal, "some", _random.Next(2) == 0 ? "x" : ""),
        5 => new LabelMatcher(MatchType.NotEqual, "even", "yes"),
        6 => new LabelMatcher(MatchType.Regex, "ten", "1.*|2"),
        _ => new LabelMatcher(MatchType.Equal, "none", _random.Next(2) == 0 ? "x" : ""),
    };
}
