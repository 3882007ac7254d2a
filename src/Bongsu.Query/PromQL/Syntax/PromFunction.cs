namespace Bongsu.Query.PromQL.Syntax;

/// <summary>The signature of a function. <paramref name="Optional"/> counts the arguments at the end that may be left out; -1: the last may repeat.</summary>
public sealed record PromFunction(string Name, PromType Returns, IReadOnlyList<PromType> Parameters, int Optional = 0)
{
    private const PromType S = PromType.Scalar;
    private const PromType V = PromType.InstantVector;
    private const PromType M = PromType.RangeVector;
    private const PromType T = PromType.String;

    private static readonly Dictionary<string, PromFunction> All = Build();

    public static PromFunction? Find(string name) => All.GetValueOrDefault(name);

    public static IEnumerable<string> Names => All.Keys;

    private static Dictionary<string, PromFunction> Build()
    {
        var all = new Dictionary<string, PromFunction>(StringComparer.Ordinal);
        void Add(string names, PromType returns, PromType[] parameters, int optional = 0)
        {
            foreach (var name in names.Split(' '))
                all[name] = new PromFunction(name, returns, parameters, optional);
        }
        Add("abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count histogram_stddev histogram_stdvar "
            + "histogram_sum ln log10 log2 rad sgn sin sinh sort sort_desc sqrt tan tanh timestamp", V, [V]);
        Add("day_of_month day_of_week day_of_year days_in_month hour minute month year", V, [V], 1);
        Add("absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate last_over_time mad_over_time "
            + "max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time ts_of_first_over_time "
            + "ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time", V, [M]);
        Add("clamp", V, [V, S, S]);
        Add("clamp_max clamp_min", V, [V, S]);
        Add("double_exponential_smoothing", V, [M, S, S]);
        Add("end pi range start step time", S, []);
        Add("histogram_fraction", V, [S, S, V]);
        Add("histogram_quantile", V, [S, V]);
        Add("histogram_quantiles", V, [V, T, S, S], -1);
        Add("info", V, [V, V], 1);
        Add("label_join", V, [V, T, T, T], -1);
        Add("label_replace", V, [V, T, T, T, T]);
        Add("max_of min_of", S, [S, S]);
        Add("predict_linear", V, [M, S]);
        Add("quantile_over_time", V, [S, M]);
        Add("round", V, [V, S], 1);
        Add("scalar", S, [V]);
        Add("sort_by_label sort_by_label_desc", V, [V, T], -1);
        Add("vector", V, [S]);
        return all;
    }
}
