using Bongsu.Query.PromQL.Kernels;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>
/// What a range function does: the plain form that takes everything, and a kernel for the floats of one series where there is one. Both keep buffers, so
/// each worker opens its own.
/// </summary>
internal sealed record RangeOperation(Func<RangeFunction> OpenFunction)
{
    public Func<RangeKernel?> OpenKernel { get; init; } = static () => null;

    /// <summary>The function of the folded samples of a window, where they are enough.</summary>
    public RunFunction? OfRuns { get; init; }

    /// <summary>Told the labels of each series that has a float in any result, when the plain form has not seen them. Thread-safe.</summary>
    public Action<LabelSet>? SawFloats { get; init; }

    /// <summary>The result depends on the window alone: of a window fixed by @ it is computed once.</summary>
    public bool IsPure { get; init; }

    public bool KeepsName { get; init; }

    /// <summary>Where samples say when their counter began, the plain form takes that into account.</summary>
    public bool UsesStartTimes { get; init; }

    /// <summary>Columns of scalar arguments; whoever opened the operation gives them back.</summary>
    public IReadOnlyList<double[]> Scalars { get; init; } = [];
}
