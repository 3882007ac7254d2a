using Bongsu.Query.TraceQL.Evaluation;

namespace Bongsu.Query.TraceQL.Parsing;

/// <summary>Parses metrics queries: a function at the end of a pipeline, ranking and comparison of its series, and arithmetic between such queries.</summary>
internal sealed class MetricParser(TraceQlCursor cursor, TraceQlParser spans, TraceQlLimits limits)
{
    private const int DefaultTop = 10;
    private const int MaxTop = 1_000;

    private static readonly Dictionary<string, MetricFunction> Functions = new()
    {
        ["rate"] = MetricFunction.Rate,
        ["count_over_time"] = MetricFunction.CountOverTime,
        ["min_over_time"] = MetricFunction.MinOverTime,
        ["max_over_time"] = MetricFunction.MaxOverTime,
        ["avg_over_time"] = MetricFunction.AvgOverTime,
        ["sum_over_time"] = MetricFunction.SumOverTime,
        ["quantile_over_time"] = MetricFunction.QuantileOverTime,
        ["histogram_over_time"] = MetricFunction.HistogramOverTime,
        ["compare"] = MetricFunction.Compare,
    };

    private int _selects;

    public static bool IsFunction(TraceQlToken token) => token.Kind == TraceQlTokenKind.Word && Functions.ContainsKey(token.Text);

    /// <summary>The name of a function as queries write it.</summary>
    public static string NameOf(MetricFunction function) => Functions.First(f => f.Value == function).Key;

    public MetricExpr Root()
    {
        if (!cursor.MetricsFollow())
            return Ranked(Series(0));
        var select = Select();
        // Why: what a comparison right behind a function is about can be read in two ways; versions of Tempo differ, parentheses do not.
        return cursor.Current.IsComparison
            ? throw new TraceQlSyntaxException($"put the metrics query into parentheses to compare its series: ({{…}} | rate()) {cursor.Current.Text} 1", cursor.Current.Position)
            : Ranked(select);
    }

    private MetricExpr Series(int minimum)
    {
        cursor.Enter();
        var start = cursor.Current.Position;
        var left = Operand();
        while (cursor.Current is { Kind: TraceQlTokenKind.Symbol, Text: "+" or "-" or "*" or "/" })
        {
            var precedence = cursor.Current.Text is "+" or "-" ? 1 : 2;
            if (precedence < minimum)
                break;
            var operation = cursor.TakeOperator();
            left = Combine(operation, left, Series(precedence + 1));
        }
        cursor.Leave();
        return minimum > 0 || left is not MetricScalar ? left : throw new TraceQlSyntaxException("a number alone is no metrics query", start);
    }

    private MetricExpr Operand()
    {
        if (cursor.TryTake("-"))
        {
            cursor.Enter();
            var negated = Operand() is MetricScalar { Value: var value } ? new MetricScalar(SpanEvaluation.Negate(value)) : throw cursor.Unexpected("a number behind -");
            cursor.Leave();
            return negated;
        }
        if (cursor.Current.Kind == TraceQlTokenKind.Number)
            return new MetricScalar(spans.Fields.Number());
        if (!cursor.TryTake("("))
            throw cursor.Unexpected("a metrics query in parentheses or a number");
        cursor.Enter();
        var inner = cursor.MetricsFollow() ? Select() : Series(1);
        inner = inner is MetricScalar ? inner : Ranked(inner);
        cursor.Expect(")");
        cursor.Leave();
        return inner;
    }

    private static MetricExpr Combine(TraceQlToken operation, MetricExpr left, MetricExpr right)
    {
        if (left is MetricSelect { Function.Compare: not null } || right is MetricSelect { Function.Compare: not null })
            throw new TraceQlSyntaxException("compare() cannot be part of arithmetic", operation.Position);
        if (left is MetricScalar { Value.Type: TraceValueKind.Duration } || right is MetricScalar { Value.Type: TraceValueKind.Duration })
            throw new TraceQlSyntaxException("durations cannot be part of arithmetic between metrics; write seconds", operation.Position);
        if (left is not MetricScalar { Value: var l } || right is not MetricScalar { Value: var r })
            return new MetricBinary(operation.Text[0], left, right);
        var folded = SpanEvaluation.Arithmetic(operation.Text[0], l, r);
        return folded.IsNumber ? new MetricScalar(folded) : throw new TraceQlSyntaxException("division by zero", operation.Position);
    }

    private MetricExpr Ranked(MetricExpr series)
    {
        while (cursor.Current.Is("|") || cursor.Current.IsComparison)
        {
            var token = cursor.TakeOperator();
            if (series is MetricSelect { Function.Compare: not null })
                throw new TraceQlSyntaxException("nothing may follow compare()", token.Position);
            series = token.Is("|") ? Ranking(series) : new MetricFilter(series, token.Text, Threshold());
        }
        return series;
    }

    private MetricRanking Ranking(MetricExpr series)
    {
        var name = cursor.Current;
        if (!name.IsWord("topk") && !name.IsWord("bottomk"))
            throw cursor.Unexpected("topk or bottomk");
        cursor.Take();
        cursor.Expect("(");
        var count = Whole(1, limits.MaxSeries);
        cursor.Expect(")");
        return new MetricRanking(series, (int)count, name.Text == "topk");
    }

    // A number, or a duration, which stands for its seconds.
    private double Threshold()
    {
        var position = cursor.Current.Position;
        var value = Series(1) is MetricScalar scalar ? scalar.Value : throw new TraceQlSyntaxException("series compare with a number only", position);
        return value.Type == TraceValueKind.Duration ? value.Whole / 1e9 : value.AsDouble;
    }

    private MetricSelect Select()
    {
        if (++_selects > limits.MaxMetricSelects)
            throw new TraceQlSyntaxException($"more than {limits.MaxMetricSelects} metrics queries in one", cursor.Current.Position);
        var pipeline = spans.Pipeline();
        cursor.Expect("|");
        var function = Functions[cursor.Take().Text];
        cursor.Expect("(");
        var compare = function == MetricFunction.Compare ? CompareArguments() : null;
        var field = function is MetricFunction.Compare or MetricFunction.Rate or MetricFunction.CountOverTime ? null : spans.NumericField();
        IReadOnlyList<double> quantiles = function == MetricFunction.QuantileOverTime ? Quantiles() : [];
        cursor.Expect(")");
        IReadOnlyList<(string, FieldExpr)> by = [];
        if (compare is null && cursor.Current.IsWord("by"))
        {
            cursor.Take();
            by = spans.FieldList(attributesOnly: true);
        }
        return new MetricSelect(pipeline, new MetricStage(function, field, quantiles, compare, by));
    }

    private List<double> Quantiles()
    {
        var quantiles = new List<double>();
        while (cursor.TryTake(","))
        {
            var position = cursor.Current.Position;
            var quantile = cursor.Current.Kind == TraceQlTokenKind.Number ? spans.Fields.Number() : throw cursor.Unexpected("a quantile from 0 to 1");
            if (quantile.Type == TraceValueKind.Duration || quantile.AsDouble is not (>= 0 and <= 1))
                throw new TraceQlSyntaxException("quantiles lie between 0 and 1", position);
            quantiles.Add(quantile.AsDouble);
        }
        return quantiles.Count > 0 ? quantiles : throw cursor.Unexpected("a comma and a quantile");
    }

    private CompareArguments CompareArguments()
    {
        var selection = spans.Filter();
        long top = DefaultTop, start = 0, end = 0;
        if (cursor.TryTake(","))
        {
            top = Whole(1, MaxTop);
            if (cursor.TryTake(","))
            {
                start = Whole(1, long.MaxValue);
                cursor.Expect(",");
                end = Whole(start + 1, long.MaxValue);
            }
        }
        return new CompareArguments(selection.Condition, (int)top, start, end);
    }

    private long Whole(long least, long most)
    {
        var position = cursor.Current.Position;
        var value = cursor.Current.Kind == TraceQlTokenKind.Number ? spans.Fields.Number() : throw cursor.Unexpected("a whole number");
        return value.Type == TraceValueKind.Int && value.Whole >= least && value.Whole <= most
            ? value.Whole
            : throw new TraceQlSyntaxException($"a whole number from {least} to {most} must stand here", position);
    }
}
