using System.Numerics;
using Bongsu.Ingest.Decode.Known;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>
/// Walks an ExportMetricsServiceRequest (opentelemetry/proto/metrics/v1/metrics.proto) into Prometheus series. A point that breaks a rule is refused
/// by itself and counted; malformed bytes fail the request. Not thread-safe.
/// </summary>
internal sealed class OtlpMetrics
{
    // Names are few; a sender that makes them up must not grow the cache for ever.
    private const int MaxCachedFamilies = 10_000;
    private const int MaxHelpBytes = 4 * IngestLimits.KiB;

    private readonly IngestLimits _limits;
    private readonly AttributeDecoder _attributes;
    private readonly MetricSeries _series;
    private readonly MetricPoints _points;
    private readonly SeriesLookup _known;
    private readonly Dictionary<ulong, MetricFamily> _families = [];
    private DecodeFailure? _failure;

    public OtlpMetrics(IngestLimits limits, DeltaAccumulator deltas, SeriesLookup known)
    {
        _known = known;
        _limits = limits;
        _attributes = new AttributeDecoder(limits);
        _series = new MetricSeries(_attributes, limits, known);
        _points = new MetricPoints(limits, _series, deltas, new ExemplarDecoder(_attributes, limits));
    }

    /// <summary>Fills the batch; a failure means that nothing of it may be stored.</summary>
    public DecodeFailure? Decode(ReadOnlySpan<byte> request, MetricBatch batch, RejectionTally tally)
    {
        _failure = null;
        _known.Begin();
        if (!IsWellFormed(request))
            return _failure;
        var fields = new ProtoReader(request);
        while (fields.Read())
        {
            if (fields is { Field: 1, Wire: ProtoWire.Bytes } && !ResourceMetrics(request, fields.Bytes, batch, tally))
                return _failure;
        }
        StartTimes.Finish(batch);
        tally.RepairedTexts += _attributes.TakeRepaired();
        return null;
    }

    /// <summary>
    /// Reads everything once without effect. Why: delta points are added to totals as they are read, and a request that breaks off after some
    /// of them must not have counted them.
    /// </summary>
    private bool IsWellFormed(ReadOnlySpan<byte> request)
    {
        var fields = new ProtoReader(request);
        while (fields.Read())
        {
            if (fields is not { Field: 1, Wire: ProtoWire.Bytes })
                continue;
            var resource = new ProtoReader(fields.Bytes);
            while (resource.Read())
            {
                if (resource is { Field: 2, Wire: ProtoWire.Bytes } && !IsScopeWellFormed(request, resource.Bytes))
                    return false;
            }
            if (resource.IsMalformed)
                return Fail(OtlpMessage.Malformed("resource_metrics", request, fields.Bytes, resource.Position));
        }
        return !fields.IsMalformed || Fail(OtlpMessage.Malformed("resource_metrics", request, request, fields.Position));
    }

    private bool IsScopeWellFormed(ReadOnlySpan<byte> request, ReadOnlySpan<byte> scopeMetrics)
    {
        var fields = new ProtoReader(scopeMetrics);
        while (fields.Read())
        {
            if (fields is not { Field: 2, Wire: ProtoWire.Bytes })
                continue;
            var metric = new ProtoReader(fields.Bytes);
            while (metric.Read())
            {
                if (metric.Field is 5 or 7 or 9 or 10 or 11 && metric.Wire == ProtoWire.Bytes && !PointCheck.IsWellFormed(metric.Bytes, metric.Field, out var at))
                    return Fail(OtlpMessage.Malformed("a data point", request, metric.Bytes, at));
            }
            if (metric.IsMalformed)
                return Fail(OtlpMessage.Malformed("a metric", request, fields.Bytes, metric.Position));
        }
        return !fields.IsMalformed || Fail(OtlpMessage.Malformed("scope_metrics", request, scopeMetrics, fields.Position));
    }

    private bool ResourceMetrics(ReadOnlySpan<byte> request, ReadOnlySpan<byte> message, MetricBatch batch, RejectionTally tally)
    {
        if (!_series.BeginResource(OtlpMessage.Child(message, 1)))
        {
            if (_series.IsMalformed)
                return Fail(OtlpMessage.Malformed("resource", request, OtlpMessage.Child(message, 1), 0));
            RefuseAll(message, tally);
            return true;
        }
        _points.LatestMs = long.MinValue;
        var scopes = new ProtoReader(message);
        while (scopes.Read())
        {
            if (scopes is not { Field: 2, Wire: ProtoWire.Bytes })
                continue;
            var metrics = new ProtoReader(scopes.Bytes);
            while (metrics.Read())
            {
                if (metrics is { Field: 2, Wire: ProtoWire.Bytes } && !Metric(request, metrics.Bytes, batch, tally))
                    return false;
            }
        }
        if (_points.LatestMs > long.MinValue && _series.AddTargetInfo(batch) is >= 0 and var targetInfo)
            batch.AddSample(targetInfo, _points.LatestMs, 1);
        return true;
    }

    private bool Metric(ReadOnlySpan<byte> request, ReadOnlySpan<byte> message, MetricBatch batch, RejectionTally tally)
    {
        ReadOnlySpan<byte> name = default, help = default, unit = default, data = default;
        var kind = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields.Wire != ProtoWire.Bytes)
                continue;
            switch (fields.Field)
            {
                case 1: name = fields.Bytes; break;
                case 2: help = fields.Bytes; break;
                case 3: unit = fields.Bytes; break;
                case 5 or 7 or 9 or 10 or 11:
                    kind = fields.Field;
                    data = fields.Bytes;
                    break;
            }
        }
        if (kind == 0)
            return true;
        if (name.IsEmpty || name.Length > _limits.LabelNameBytes || unit.Length > _limits.LabelNameBytes)
        {
            var why = name.IsEmpty ? "a metric has no name" : $"metric name of {name.Length} bytes, unit of {unit.Length} bytes; the limit is {_limits.LabelNameBytes}";
            tally.Add(name.IsEmpty ? RejectReason.Invalid : RejectReason.TooLarge, why, OtlpMessage.CountChildren(data, 1));
            return true;
        }
        var family = Family(name, unit, Shape(kind, data));
        if (family.Name.Length == 0)
        {
            tally.Add(RejectReason.Invalid, $"metric name '{Text.Preview(name)}' has no letter or digit", OtlpMessage.CountChildren(data, 1));
            return true;
        }
        if (!_points.Add(family, kind, data, batch, tally))
            return Fail(_points.IsTooMany ? OtlpMessage.TooMany("samples", _limits.RecordsPerRequest) : OtlpMessage.Malformed("a data point", request, data, 0));
        batch.Metadata.Add(family.Metadata(Text.Cut(help, MaxHelpBytes)));
        return true;
    }

    private MetricFamily Family(ReadOnlySpan<byte> name, ReadOnlySpan<byte> unit, MetricShape shape)
    {
        var hash = _known.Hash(name) ^ BitOperations.RotateLeft(_known.Hash(unit), 8 + (int)shape);
        if (_families.TryGetValue(hash, out var family) && family.IsOf(name, unit, shape))
            return family;
        if (_families.Count >= MaxCachedFamilies)
            _families.Clear();
        return _families[hash] = new MetricFamily(name, unit, shape);
    }

    private static MetricShape Shape(int kind, ReadOnlySpan<byte> data) => kind switch
    {
        5 => MetricShape.Gauge,
        7 => MetricPoints.Flag(data, 3) != 0 ? MetricShape.MonotonicSum : MetricShape.Sum,
        9 => MetricShape.Histogram,
        10 => MetricShape.ExponentialHistogram,
        _ => MetricShape.Summary,
    };

    private void RefuseAll(ReadOnlySpan<byte> resourceMetrics, RejectionTally tally)
    {
        var points = 0;
        var scopes = new ProtoReader(resourceMetrics);
        while (scopes.Read())
        {
            if (scopes is not { Field: 2, Wire: ProtoWire.Bytes })
                continue;
            var metrics = new ProtoReader(scopes.Bytes);
            while (metrics.Read())
            {
                if (metrics is { Field: 2, Wire: ProtoWire.Bytes })
                    points += CountPoints(metrics.Bytes);
            }
        }
        tally.Add(_series.FaultReason, "resource: " + _series.Fault, points);
    }

    private static int CountPoints(ReadOnlySpan<byte> metric)
    {
        var count = 0;
        var fields = new ProtoReader(metric);
        while (fields.Read())
        {
            if (fields.Field is 5 or 7 or 9 or 10 or 11 && fields.Wire == ProtoWire.Bytes)
                count += OtlpMessage.CountChildren(fields.Bytes, 1);
        }
        return count;
    }

    private bool Fail(DecodeFailure failure)
    {
        _failure = failure;
        return false;
    }
}
