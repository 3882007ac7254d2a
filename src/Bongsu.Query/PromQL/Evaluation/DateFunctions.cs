using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Parts of dates in UTC, of seconds since the epoch; without an argument, of the moment of evaluation.</summary>
internal static class DateFunctions
{
    public static Func<DateTime, double>? Find(string name) => name switch
    {
        "year" => d => d.Year,
        "month" => d => d.Month,
        "day_of_month" => d => d.Day,
        "day_of_week" => d => (int)d.DayOfWeek,
        "day_of_year" => d => d.DayOfYear,
        "days_in_month" => d => DateTime.DaysInMonth(d.Year, d.Month),
        "hour" => d => d.Hour,
        "minute" => d => d.Minute,
        _ => null,
    };

    public static void Each(Evaluator evaluator, CallExpr call, TimeGrid grid, Func<DateTime, double> part, Action<StepSeries> consume)
    {
        if (call.Arguments.Count > 0)
        {
            evaluator.Each(call.Arguments[0], grid, series => VectorMath.Map(evaluator.Context, series, grid, seconds => Of(seconds, part), consume));
            return;
        }
        var now = evaluator.Context.Rent(grid.Count);
        for (var i = 0; i < grid.Count; i++)
            now[i] = Of(grid.At(i) / 1000.0, part);
        consume(new StepSeries(LabelSet.Empty, now));
    }

    // Why: beyond the years 1 to 9999 there is no date to speak of.
    private static double Of(double seconds, Func<DateTime, double> part) =>
        seconds is > -62135596800 and < 253402300800 ? part(DateTime.UnixEpoch.AddTicks((long)Math.Floor(seconds) * TimeSpan.TicksPerSecond)) : double.NaN;
}
