using System.Diagnostics;
using Bongsu.AspNetCore.Export;
using Bongsu.AspNetCore.Requests;

namespace Bongsu.AspNetCore.Tracing;

/// <summary>Listens to the chosen activity sources, decides what is sampled, queues finished spans, and tells each request how long its calls took.</summary>
internal sealed class SpanCollector : IDisposable
{
    private const string ServerSource = "Microsoft.AspNetCore";

    private readonly BongsuOptions _options;
    private readonly ExportQueue<Activity> _queue;
    private readonly NamePatterns _sources;
    private readonly ActivitySource? _server;
    private readonly ActivityListener _listener;
    private readonly ulong _sampleBelow;
    private readonly bool _export;

    public SpanCollector(BongsuOptions options, ExportQueue<Activity> queue, IEnumerable<ActivitySource> sources)
    {
        _options = options;
        _queue = queue;
        // A web host registers its own source of server spans; those of other hosts in the process are not this one's.
        _server = sources.FirstOrDefault(s => s.Name == ServerSource);
        _sources = new NamePatterns([.. options.Traces.Sources, options.ServiceName]);
        _export = options.Export.Enabled && options.Traces.Enabled;
        // 2^63 values of the trace id's low half, less its top bit.
        _sampleBelow = options.Traces.SampleRatio >= 1 ? ulong.MaxValue : (ulong)(options.Traces.SampleRatio * long.MaxValue);
        _listener = new ActivityListener
        {
            ShouldListenTo = ShouldListenTo,
            Sample = Sample,
            SampleUsingParentId = SampleText,
            ActivityStopped = Stopped,
        };
    }

    public void Start() => ActivitySource.AddActivityListener(_listener);

    public void Dispose() => _listener.Dispose();

    private bool ShouldListenTo(ActivitySource source) =>
        _sources.Match(source.Name) && (source.Name != ServerSource || _server is null || ReferenceEquals(source, _server));

    // Why propagation data and not none: the trace context has to flow on, and requests still measure their calls.
    private ActivitySamplingResult Sample(ref ActivityCreationOptions<ActivityContext> creation)
    {
        if (!_export)
            return ActivitySamplingResult.PropagationData;
        if (creation.Parent.TraceId == default)
            return IsSampled(creation.TraceId) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.PropagationData;
        return (creation.Parent.TraceFlags & ActivityTraceFlags.Recorded) != 0 ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.PropagationData;
    }

    private ActivitySamplingResult SampleText(ref ActivityCreationOptions<string> creation)
    {
        if (!_export)
            return ActivitySamplingResult.PropagationData;
        if (ActivityContext.TryParse(creation.Parent, null, out var parent) && (parent.TraceFlags & ActivityTraceFlags.Recorded) == 0)
            return ActivitySamplingResult.PropagationData;
        return ActivitySamplingResult.AllDataAndRecorded;
    }

    private bool IsSampled(ActivityTraceId trace)
    {
        if (_sampleBelow == ulong.MaxValue)
            return true;
        Span<byte> bytes = stackalloc byte[16];
        trace.CopyTo(bytes);
        return (System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) & long.MaxValue) < _sampleBelow;
    }

    private void Stopped(Activity activity)
    {
        var request = activity.Kind == ActivityKind.Client ? RequestTimings.Of(activity) : null;
        if (request is not null && request.Owner != _options)
            return;
        request?.AddCall(activity);
        if (_export && activity.Recorded)
            _queue.Add(activity);
    }
}
