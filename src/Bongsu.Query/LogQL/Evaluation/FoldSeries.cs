namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>What a range operation has made so far of the values of one series, for each window. Not thread-safe.</summary>
internal sealed class FoldSeries
{
    private WindowList<WindowFold> _folds = new();

    /// <summary>Adds a value to the windows from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    public void Add(int first, int end, RangeFold operation, double value)
    {
        foreach (ref var fold in _folds.Of(first, end))
            fold.Add(operation, value);
    }

    public void Write(StepSeries into, RangeFold operation, double divisor)
    {
        var step = _folds.First;
        foreach (ref readonly var fold in _folds.Items)
        {
            if (fold.Count > 0)
                into.Set(step, fold.Result(operation) / divisor);
            step++;
        }
    }
}
