using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Storage.Head;

/// <summary>One series of the head.</summary>
internal sealed class HeadSeries(int id, LabelSet labels)
{
    // The latest exemplars lead to traces that still exist; older ones lead nowhere.
    private const int MaxExemplars = 64;

    private Queue<Exemplar>? _exemplars;

    /// <summary>Its place in the head, and its id in WAL records.</summary>
    public int Id { get; } = id;

    public LabelSet Labels { get; } = labels;

    public SampleBuffer Samples { get; } = new();

    /// <summary>Number of the WAL file that says what series the id is; every file says it for itself. The WAL writer's alone.</summary>
    public long LoggedIn { get; set; }

    public void Add(Exemplar exemplar)
    {
        lock (Samples)
        {
            _exemplars ??= new Queue<Exemplar>();
            if (_exemplars.Contains(exemplar))
                return;
            if (_exemplars.Count == MaxExemplars)
                _exemplars.Dequeue();
            _exemplars.Enqueue(exemplar);
        }
    }

    public Exemplar[] Exemplars()
    {
        lock (Samples)
            return _exemplars?.ToArray() ?? [];
    }
}
