namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>The series of the "one" side that share their matching labels: at each step the one that is present, and whether there are more.</summary>
internal sealed class MatchGroup(int steps)
{
    private StepSeries?[]? _duplicates;

    public StepSeries?[] One { get; } = new StepSeries?[steps];

    /// <summary>Steps that a series of the other side has used: without group_left or group_right there may be one only.</summary>
    public bool[] Taken { get; } = new bool[steps];

    public bool HasDuplicates => _duplicates is not null;

    public void Add(StepSeries series)
    {
        for (var step = 0; step < steps; step++)
        {
            if (!series.Has(step))
                continue;
            if (One[step] is null)
                One[step] = series;
            else
                (_duplicates ??= new StepSeries?[steps])[step] ??= series;
        }
    }

    /// <summary>A second series present at a step, or null.</summary>
    public StepSeries? Duplicate(int step) => _duplicates?[step];
}
