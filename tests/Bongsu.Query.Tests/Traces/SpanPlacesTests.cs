using Bongsu.Query.Traces;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.Traces;

public sealed class SpanPlacesTests
{
    [Fact]
    public void Duplicate_stands_below_the_parent_it_names_and_is_nobody_s_parent()
    {
        var batch = Batch((1, 0), (2, 1), (2, 1), (3, 2));
        var places = Places(batch);
        Assert.Equal([-1, 0, 0, 1], Enumerable.Range(0, 4).Select(places.ParentRow));
        Assert.Equal([SpanOddity.None, SpanOddity.None, SpanOddity.Duplicate, SpanOddity.None], Enumerable.Range(0, 4).Select(places.Oddity));
    }

    [Fact]
    public void Twin_that_names_its_own_id_as_parent_stands_below_the_first()
    {
        var places = Places(Batch((1, 0), (1, 1)));
        Assert.Equal(0, places.ParentRow(1));
        Assert.Equal(SpanOddity.Duplicate, places.Oddity(1));
    }

    [Fact]
    public void Circle_is_cut_once()
    {
        var places = Places(Batch((1, 2), (2, 3), (3, 1)));
        Assert.Equal(1, Enumerable.Range(0, 3).Count(row => places.Oddity(row) == SpanOddity.Cut));
        Assert.Equal(1, Enumerable.Range(0, 3).Count(row => places.ParentRow(row) < 0));
    }

    [Fact]
    public void Following_parents_always_ends() => Check.QuickThrowOnFailure(Prop.ForAll<byte[]>(bytes =>
    {
        var batch = Batch([.. bytes.Select(b => (1 + b % 7, b / 32))]);
        var places = Places(batch);
        return Enumerable.Range(0, batch.Count).All(row =>
        {
            var steps = 0;
            for (var at = row; at >= 0 && steps <= batch.Count; at = places.ParentRow(at))
                steps++;
            return steps <= batch.Count;
        });
    }));

    private static SpanPlaces Places(SpanBatch batch) => SpanPlaces.Find(batch, [.. Enumerable.Range(0, batch.Count)]);

    private static SpanBatch Batch(params (int Id, int Parent)[] spans)
    {
        var batch = new SpanBatch();
        foreach (var (id, parent) in spans)
            batch.Spans.Add(new Span { Resource = -1, Scope = -1, TraceId = new TraceId(0, 1), SpanId = new SpanId((ulong)id), ParentSpanId = new SpanId((ulong)parent), EndUnixNano = 1 });
        return batch;
    }
}
