using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Bongsu.AspNetCore.Export;
using Bongsu.AspNetCore.Tracing;
using Microsoft.Extensions.Logging;

namespace Bongsu.AspNetCore.Metrics;

/// <summary>Listens to the chosen meters and keeps one <see cref="InstrumentState"/> per metric. Meters that belong to another host of the same process are left alone.</summary>
internal sealed partial class MetricCollector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<InstrumentIdentity, InstrumentState> _states = new();
    private readonly NamePatterns _meters;
    private readonly IMeterFactory _factory;
    private readonly ExporterMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<MetricCollector> _logger;
    private long _generation = 1;

    public MetricCollector(BongsuOptions options, IMeterFactory factory, ExporterMetrics metrics, TimeProvider time, ILogger<MetricCollector> logger)
    {
        _meters = new NamePatterns([.. options.Metrics.Meters, ExporterMetrics.MeterName]);
        MaxSeries = options.Metrics.MaxSeriesPerInstrument;
        _factory = factory;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _listener.InstrumentPublished = Published;
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => ((InstrumentState)state!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => ((InstrumentState)state!).Measure((long)value, tags));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, state) => ((InstrumentState)state!).Measure((long)value, tags));
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, state) => ((InstrumentState)state!).Measure((long)value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => ((InstrumentState)state!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, state) => ((InstrumentState)state!).Measure((double)value, tags));
        _listener.SetMeasurementEventCallback<decimal>((_, value, tags, state) => ((InstrumentState)state!).Measure((double)value, tags));
    }

    public int MaxSeries { get; }

    public long Generation => Volatile.Read(ref _generation);

    public ulong NowNanos => UnixTime.Nanos(_time.GetUtcNow());

    public void Start() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    /// <summary>Asks the observable instruments, then returns every metric. One caller at a time.</summary>
    public ICollection<InstrumentState> Collect()
    {
        Interlocked.Increment(ref _generation);
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException e)
        {
            // Only the callbacks that threw are missing from this collection.
            ObservableFailed(e.InnerExceptions.Count, e.InnerExceptions[0].GetType().Name);
        }
        return _states.Values;
    }

    public void CountOverflow(string instrument) => _metrics.Overflow.Add(1, new KeyValuePair<string, object?>("instrument", instrument));

    public void WarnOverflow(string instrument, string tag) => TooManySeries(instrument, MaxSeries, tag);

    private void Published(Instrument instrument, MeterListener listener)
    {
        var scope = instrument.Meter.Scope;
        if ((scope is not null && !ReferenceEquals(scope, _factory)) || !_meters.Match(instrument.Meter.Name))
            return;
        if (InstrumentIdentity.Of(instrument) is { } identity)
            listener.EnableMeasurementEvents(instrument, _states.GetOrAdd(identity, i => new InstrumentState(i, instrument, this)));
    }
}
