using System.Diagnostics;
using Bongsu.AspNetCore.Export;
using Bongsu.AspNetCore.Options;

namespace Bongsu.AspNetCore.Tracing;

/// <summary>Writes finished activities as an OTLP ExportTraceServiceRequest, grouped by source. Used by one worker.</summary>
internal sealed class SpanEncoder(ServiceIdentity identity, AttributeEncoder attributes)
{
    private const int MaxEvents = 64;
    private const int MaxLinks = 64;

    public void Encode(ProtoWriter writer, List<Activity> batch)
    {
        var resourceSpans = writer.Begin(1);
        attributes.Resource(writer, 1, identity.Attributes);
        foreach (var scope in batch.GroupBy(a => a.Source))
        {
            var scopeSpans = writer.Begin(2);
            AttributeEncoder.Scope(writer, 1, scope.Key.Name, scope.Key.Version);
            foreach (var activity in scope)
                Span(writer, activity);
            writer.End(scopeSpans);
        }
        writer.End(resourceSpans);
    }

    private void Span(ProtoWriter writer, Activity activity)
    {
        Span<byte> id = stackalloc byte[16];
        var span = writer.Begin(2);
        activity.TraceId.CopyTo(id);
        writer.Bytes(1, id);
        activity.SpanId.CopyTo(id[..8]);
        writer.Bytes(2, id[..8]);
        if (!string.IsNullOrEmpty(activity.TraceStateString))
            writer.Text(3, activity.TraceStateString);
        if (activity.ParentSpanId != default)
        {
            activity.ParentSpanId.CopyTo(id[..8]);
            writer.Bytes(4, id[..8]);
        }
        writer.Text(5, activity.DisplayName);
        writer.Varint(6, (ulong)activity.Kind + 1);
        var start = UnixTime.Nanos(activity.StartTimeUtc);
        writer.Fixed64(7, start);
        writer.Fixed64(8, start + (ulong)Math.Max(0, activity.Duration.Ticks) * UnixTime.NanosPerTick);
        if (attributes.All(writer, 9, activity.TagObjects) is > 0 and var dropped)
            writer.Varint(10, dropped);
        Events(writer, activity);
        Links(writer, activity);
        Status(writer, activity);
        // 0x100: the flags say whether the parent is remote; 0x200: it is.
        writer.Fixed32(16, (uint)activity.ActivityTraceFlags | 0x100 | (activity.HasRemoteParent ? 0x200u : 0));
        writer.End(span);
    }

    private void Events(ProtoWriter writer, Activity activity)
    {
        var count = 0;
        foreach (ref readonly var activityEvent in activity.EnumerateEvents())
        {
            if (++count > MaxEvents)
                continue;
            var start = writer.Begin(11);
            writer.Fixed64(1, UnixTime.Nanos(activityEvent.Timestamp));
            writer.Text(2, activityEvent.Name);
            attributes.All(writer, 3, activityEvent.Tags);
            writer.End(start);
        }
        if (count > MaxEvents)
            writer.Varint(12, (ulong)(count - MaxEvents));
    }

    private void Links(ProtoWriter writer, Activity activity)
    {
        Span<byte> id = stackalloc byte[16];
        var count = 0;
        foreach (ref readonly var link in activity.EnumerateLinks())
        {
            if (++count > MaxLinks)
                continue;
            var start = writer.Begin(13);
            link.Context.TraceId.CopyTo(id);
            writer.Bytes(1, id);
            link.Context.SpanId.CopyTo(id[..8]);
            writer.Bytes(2, id[..8]);
            if (link.Tags is { } tags)
                attributes.All(writer, 4, tags);
            writer.End(start);
        }
        if (count > MaxLinks)
            writer.Varint(14, (ulong)(count - MaxLinks));
    }

    private static void Status(ProtoWriter writer, Activity activity)
    {
        if (activity.Status == ActivityStatusCode.Unset)
            return;
        var status = writer.Begin(15);
        if (!string.IsNullOrEmpty(activity.StatusDescription))
            writer.Text(2, activity.StatusDescription.AsSpan(0, Math.Min(activity.StatusDescription.Length, 1024)));
        writer.Varint(3, activity.Status == ActivityStatusCode.Error ? 2UL : 1UL);
        writer.End(status);
    }
}
