using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Server.Api.Jaeger;

/// <summary>
/// Spans by service, and calls between services once all spans are in; the order of spans does not matter. Spans are known by 64 bits of hash: among a
/// million, one pair meets by chance in some ten million questions. Not thread-safe.
/// </summary>
internal sealed class ServiceCalls
{
    private readonly Dictionary<ulong, int> _serviceOf = [];
    private readonly List<(ulong Parent, int Service)> _children = [];
    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _numbers = [];

    public int SpanCount { get; private set; }

    public void Add(SpanBatch batch)
    {
        var services = new int[batch.Resources.Count];
        for (var i = 0; i < services.Length; i++)
            services[i] = NumberOf(batch.Attributes.FindString(batch.Resources[i].Attributes, ResourceKeys.ServiceName) ?? "");
        foreach (ref readonly var span in batch.Spans.Span)
        {
            SpanCount++;
            var service = span.Resource < 0 ? NumberOf("") : services[span.Resource];
            _serviceOf.TryAdd(KeyOf(span.TraceId, span.SpanId), service);
            if (!span.ParentSpanId.IsEmpty)
                _children.Add((KeyOf(span.TraceId, span.ParentSpanId), service));
        }
    }

    public List<(string Parent, string Child, long Count)> Links()
    {
        var counts = new Dictionary<(int Parent, int Child), long>();
        foreach (var (parentKey, child) in _children)
        {
            if (_serviceOf.TryGetValue(parentKey, out var parent) && parent != child && _names[parent].Length > 0 && _names[child].Length > 0)
                counts[(parent, child)] = counts.GetValueOrDefault((parent, child)) + 1;
        }
        var links = counts.Select(c => (Parent: _names[c.Key.Parent], Child: _names[c.Key.Child], Count: c.Value));
        return [.. links.OrderBy(l => l.Parent, StringComparer.Ordinal).ThenBy(l => l.Child, StringComparer.Ordinal)];
    }

    // The finishing step of splitmix64 between the parts: nearby ids land far apart.
    private static ulong KeyOf(TraceId trace, SpanId span) => Mix(Mix(Mix(trace.High) ^ trace.Low) ^ span.Value);

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    private int NumberOf(string name)
    {
        if (!_numbers.TryGetValue(name, out var number))
        {
            _numbers[name] = number = _names.Count;
            _names.Add(name);
        }
        return number;
    }
}
