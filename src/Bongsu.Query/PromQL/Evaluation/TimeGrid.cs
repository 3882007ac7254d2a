namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>The moments at which an expression is evaluated: start, start + step, …; in ms since the epoch.</summary>
internal readonly record struct TimeGrid(long StartMs, long StepMs, int Count)
{
    public long At(int step) => StartMs + step * StepMs;

    public long EndMs => Count == 0 ? StartMs : At(Count - 1);
}
