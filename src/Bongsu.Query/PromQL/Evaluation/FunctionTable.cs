using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Finds the code of a function by its name. To add one: its signature in <see cref="PromFunctions"/>, its code here, a case in testdata.</summary>
internal static class FunctionTable
{
    public static double[] Scalar(Evaluator evaluator, CallExpr call, TimeGrid grid)
    {
        var whole = evaluator.Context.Grid;
        switch (call.Function.Name)
        {
            case "pi":
                return evaluator.Constant(Math.PI, grid);
            case "time":
                var times = evaluator.Context.Rent(grid.Count);
                for (var i = 0; i < grid.Count; i++)
                    times[i] = grid.At(i) / 1000.0;
                return times;
            case "start":
                return evaluator.Constant(whole.StartMs / 1000.0, grid);
            case "end":
                return evaluator.Constant(whole.EndMs / 1000.0, grid);
            case "step":
                return evaluator.Constant(evaluator.Context.IsRange ? whole.StepMs / 1000.0 : 0, grid);
            case "range":
                return evaluator.Constant((whole.EndMs - whole.StartMs) / 1000.0, grid);
            case "min_of" or "max_of":
                return Extreme(evaluator, call, grid, call.Function.Name == "min_of");
            case "scalar":
                return FromVector(evaluator, call, grid);
            default:
                throw Missing(evaluator, call);
        }
    }

    public static void Each(Evaluator evaluator, CallExpr call, TimeGrid grid, Action<StepSeries> consume)
    {
        var name = call.Function.Name;
        if (call.Arguments.Count > 0 && call.Arguments[0].Type == PromType.RangeVector || name == "quantile_over_time")
            RangeFunctions.Each(evaluator, call, grid, consume);
        else if (name.StartsWith("histogram_", StringComparison.Ordinal))
            HistogramFunctions.Each(evaluator, call, grid, consume);
        else if (name.StartsWith("sort", StringComparison.Ordinal))
            Sorting.Evaluate(evaluator, call, grid).ForEach(consume);
        else if (DateFunctions.Find(name) is { } date)
            DateFunctions.Each(evaluator, call, grid, date, consume);
        else if (VectorMath.Find(name) is { } math)
            evaluator.Each(call.Arguments[0], grid, series => VectorMath.Map(evaluator.Context, series, grid, math, consume));
        else
            EachOther(evaluator, call, grid, consume);
    }

    private static void EachOther(Evaluator evaluator, CallExpr call, TimeGrid grid, Action<StepSeries> consume)
    {
        switch (call.Function.Name)
        {
            case "vector":
                consume(new StepSeries(LabelSet.Empty, evaluator.Scalar(call.Arguments[0], grid)));
                break;
            case "timestamp":
                Timestamps(evaluator, call, grid, consume);
                break;
            case "absent":
                Absence.Vector(evaluator, call, grid, consume);
                break;
            case "clamp" or "clamp_min" or "clamp_max" or "round":
                VectorMath.EachWithScalars(evaluator, call, grid, consume);
                break;
            case "info":
                InfoFunction.Evaluate(evaluator, call, grid).ForEach(consume);
                break;
            case "start_timestamp":
                StartTimestampFunction.Each(evaluator, call, grid, consume);
                break;
            case "label_replace" or "label_join":
                LabelFunctions.Evaluate(evaluator, call, grid).ForEach(consume);
                break;
            default:
                throw Missing(evaluator, call);
        }
    }

    private static void Timestamps(Evaluator evaluator, CallExpr call, TimeGrid grid, Action<StepSeries> consume)
    {
        // Why: of a plain selector it is the sample's own time; of anything else the moment of evaluation.
        if (call.Arguments[0].Bare() is SelectorExpr selector)
        {
            evaluator.EachTimestamp(selector, grid, consume);
            return;
        }
        evaluator.Each(call.Arguments[0], grid, series =>
        {
            for (var i = 0; i < grid.Count; i++)
            {
                if (series.Has(i))
                    series.Values[i] = grid.At(i) / 1000.0;
            }
            series.Histograms = null;
            series.DropName = true;
            consume(series);
        });
    }

    private static double[] Extreme(Evaluator evaluator, CallExpr call, TimeGrid grid, bool least)
    {
        var a = evaluator.Scalar(call.Arguments[0], grid);
        var b = evaluator.Scalar(call.Arguments[1], grid);
        for (var i = 0; i < grid.Count; i++)
            a[i] = least ? Math.Min(a[i], b[i]) : Math.Max(a[i], b[i]);
        evaluator.Context.Return(b);
        return a;
    }

    private static double[] FromVector(Evaluator evaluator, CallExpr call, TimeGrid grid)
    {
        var result = evaluator.Constant(double.NaN, grid);
        var seen = new byte[grid.Count];
        evaluator.Each(call.Arguments[0], grid, series =>
        {
            for (var i = 0; i < grid.Count; i++)
            {
                if (!series.HasFloat(i))
                    continue;
                result[i] = seen[i] == 0 ? series.Values[i] : double.NaN;
                seen[i] = 1;
            }
            evaluator.Context.Return(series.Values);
        });
        return result;
    }

    private static PromEvaluationException Missing(Evaluator evaluator, CallExpr call) =>
        new(QueryFailureKind.Unsupported, evaluator.Context.Fail(call, $"function \"{call.Function.Name}\" is not supported").Message);
}
