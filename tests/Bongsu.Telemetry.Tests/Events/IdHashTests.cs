using Bongsu.Telemetry.Events;

namespace Bongsu.Telemetry.Tests.Events;

/// <summary>Ids are chosen by senders: no simple choice makes a table of them slow.</summary>
public sealed class IdHashTests
{
    private const int Ids = 20_000;

    public static TheoryData<string> Choices() => ["counted", "counted high", "both halves alike", "two words alike", "low bits empty"];

    [Theory]
    [MemberData(nameof(Choices))]
    public void Ids_chosen_alike_have_hashes_of_their_own(string choice)
    {
        var traces = new HashSet<int>();
        var spans = new HashSet<int>();
        for (ulong i = 1; i <= Ids; i++)
        {
            var (high, low) = choice switch
            {
                "counted" => (0ul, i),
                "counted high" => (i, 7ul),
                "both halves alike" => (i, i),
                "two words alike" => (0ul, i << 32 | i),
                _ => (i << 40, i << 40),
            };
            traces.Add(new TraceId(high, low).GetHashCode());
            spans.Add(new SpanId(low).GetHashCode());
        }
        Assert.InRange(traces.Count, Ids * 99 / 100, Ids);
        Assert.InRange(spans.Count, choice == "counted high" ? 1 : Ids * 99 / 100, Ids);
    }
}
