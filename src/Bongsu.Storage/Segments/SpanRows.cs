using System.Runtime.CompilerServices;
using Bongsu.Storage.Codecs;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Storage.Segments;

/// <summary>Makes spans of the rows of a block that are kept, column by column, of those columns that are asked for.</summary>
internal static class SpanRows
{
    private const SpanParts WithCounts = SpanParts.Attributes | SpanParts.Events | SpanParts.Links | SpanParts.Remarks;

    /// <summary>Adds the kept rows to the batch, in the opposite order: blocks are sorted by time, and selections give the newest first.</summary>
    public static void Take(ref SpanBlockReader block, SpanColumns columns)
    {
        if (block.Kept.IsEmpty)
            return;
        var spans = block.Batch.Spans.Take(block.Kept.Length);
        spans.Clear();
        TakeIds(ref block, spans);
        TakeOrigins(ref block, columns.Parts, spans);
        TakeNames(ref block, columns.Parts, spans);
        TakeBytes(ref block, columns.Parts, spans);
        TakeTexts(ref block, columns.Parts, spans);
        if ((columns.Parts & WithCounts) != 0)
            SpanDetails.Take(ref block, columns, spans);
        if (block.Failed)
            block.Batch.Spans.Clear();
        else
            spans.Reverse();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TakeIds(ref SpanBlockReader block, Span<Span> spans)
    {
        var traces = block.Traces();
        var ids = block.Spans();
        var starts = block.Starts();
        var kept = block.Kept;
        for (var i = 0; i < kept.Length; i++)
        {
            ref var span = ref spans[i];
            (span.TraceId, span.SpanId) = (traces[kept[i]], ids[kept[i]]);
            span.StartUnixNano = span.EndUnixNano = starts[kept[i]];
            span.Resource = span.Scope = -1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TakeOrigins(ref SpanBlockReader block, SpanParts parts, Span<Span> spans)
    {
        if ((parts & SpanParts.Resource) != 0)
        {
            var resources = block.Origins(SpanBlock.Resource);
            var kept = block.Kept;
            for (var i = 0; i < kept.Length; i++)
                spans[i].Resource = resources[kept[i]] - 1;
        }
        if ((parts & SpanParts.Scope) != 0)
        {
            var scopes = block.Origins(SpanBlock.Scope);
            var kept = block.Kept;
            for (var i = 0; i < kept.Length; i++)
                spans[i].Scope = scopes[kept[i]] - 1;
        }
        if ((parts & SpanParts.Parent) != 0)
        {
            var parents = block.Parents();
            var kept = block.Kept;
            for (var i = 0; i < kept.Length; i++)
                spans[i].ParentSpanId = parents[kept[i]];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TakeNames(ref SpanBlockReader block, SpanParts parts, Span<Span> spans)
    {
        if ((parts & SpanParts.Name) != 0)
        {
            var names = block.Texts(SpanBlock.Name);
            var kept = block.Kept;
            for (var i = 0; i < kept.Length; i++)
                spans[i].Name = block.TextOf(names[kept[i]]);
        }
        if ((parts & SpanParts.TraceState) != 0)
        {
            var states = block.Texts(SpanBlock.State);
            var kept = block.Kept;
            for (var i = 0; i < kept.Length; i++)
                spans[i].TraceState = block.TextOf(states[kept[i]]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TakeBytes(ref SpanBlockReader block, SpanParts parts, Span<Span> spans)
    {
        if ((parts & SpanParts.Kind) != 0)
        {
            var kinds = block.Bytes(SpanBlock.Kind);
            var kept = block.Kept;
            for (var i = 0; i < kept.Length; i++)
                spans[i].Kind = (SpanKind)kinds[kept[i]];
        }
        if ((parts & SpanParts.Status) != 0)
        {
            var statuses = block.Bytes(SpanBlock.Status);
            var kept = block.Kept;
            for (var i = 0; i < kept.Length; i++)
                spans[i].Status = (SpanStatus)statuses[kept[i]];
        }
        if ((parts & SpanParts.Duration) != 0)
        {
            var durations = block.Durations();
            var kept = block.Kept;
            for (var i = 0; i < kept.Length; i++)
                spans[i].EndUnixNano = spans[i].StartUnixNano + durations[kept[i]];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TakeTexts(ref SpanBlockReader block, SpanParts parts, Span<Span> spans)
    {
        if ((parts & SpanParts.StatusMessage) == 0)
            return;
        var messages = block.Cursor(SpanBlock.Message);
        var kept = block.Kept;
        for (var (row, i) = (0, 0); i < kept.Length; row++)
        {
            var message = messages.ReadText();
            if (row == kept[i])
                spans[i++].StatusMessage = block.Batch.Arena.Append(message);
        }
        block.Check(messages);
    }
}
