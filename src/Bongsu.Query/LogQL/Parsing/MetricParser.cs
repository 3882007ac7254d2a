using System.Globalization;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL.Parsing;

/// <summary>Parses metric expressions: range and vector aggregations, arithmetic, comparisons and set operations.</summary>
internal sealed class MetricParser(TokenCursor cursor)
{
    private static readonly HashSet<string> RangeOperations =
    [
        "count_over_time", "rate", "bytes_over_time", "bytes_rate", "absent_over_time", "sum_over_time", "avg_over_time", "min_over_time", "max_over_time",
        "first_over_time", "last_over_time", "stddev_over_time", "stdvar_over_time", "quantile_over_time", "rate_counter",
    ];

    private static readonly HashSet<string> VectorOperations = ["sum", "avg", "count", "max", "min", "stddev", "stdvar", "topk", "bottomk", "approx_topk", "sort", "sort_desc"];

    private static readonly HashSet<string> WithGrouping =
        ["avg_over_time", "min_over_time", "max_over_time", "first_over_time", "last_over_time", "stddev_over_time", "stdvar_over_time", "quantile_over_time"];

    private static readonly HashSet<string> Comparisons = ["==", "!=", ">", ">=", "<", "<="];

    private readonly PipelineParser _pipeline = new(cursor);

    /// <summary>A whole query: lines or a metric.</summary>
    public LogQlExpr Query()
    {
        if (!StartsSelector())
            return Expression(0);
        var depth = 0;
        while (cursor.TryTake("("))
            depth++;
        var log = Selector();
        for (; depth > 0; depth--)
            cursor.Expect(")");
        return log;
    }

    private bool StartsSelector()
    {
        var ahead = 0;
        while (cursor.Peek(ahead).Is("("))
            ahead++;
        return cursor.Peek(ahead).Is("{");
    }

    private LogExpr Selector()
    {
        var position = cursor.Current.Position;
        var matchers = _pipeline.Matchers();
        var stages = new List<LineStage>();
        _pipeline.Stages(stages);
        return new LogExpr(position, matchers, stages);
    }

    private LogQlExpr Expression(int minimum)
    {
        cursor.Enter();
        var left = Primary();
        while (Precedence(cursor.Current) is var precedence && precedence > 0 && precedence >= minimum)
        {
            cursor.CountPart();
            var token = cursor.Take();
            var (returnBool, matching) = Modifiers(token.Keyword);
            // Power binds to the right, everything else to the left.
            var right = Expression(token.Text == "^" ? precedence : precedence + 1);
            left = Binary(token, left, right, returnBool, matching);
        }
        cursor.Leave();
        return left;
    }

    private static BinaryExpr Binary(LogQlToken token, LogQlExpr left, LogQlExpr right, bool returnBool, VectorMatching? matching)
    {
        var operation = token.Keyword;
        if (operation is "and" or "or" or "unless")
        {
            if (left is NumberExpr)
                throw new LogQlSyntaxException($"unexpected literal for left leg of logical/set binary operation ({operation})", token.Position);
            if (right is NumberExpr)
                throw new LogQlSyntaxException($"unexpected literal for right leg of logical/set binary operation ({operation})", token.Position);
        }
        return new BinaryExpr(token.Position, operation, left, right, returnBool, matching);
    }

    /// <summary>Whether an operation inside another stands there without brackets.</summary>
    public static bool BindsAlone(BinaryExpr outer, BinaryExpr inner)
    {
        int mine = Precedence(inner.Operation), around = Precedence(outer.Operation);
        // Of equals, the left side binds first; for powers the right one does.
        return mine > around || (mine == around && ReferenceEquals(inner, outer.Operation == "^" ? outer.Right : outer.Left));
    }

    private static int Precedence(LogQlToken token) => token.Kind is LogQlTokenKind.Identifier or LogQlTokenKind.Symbol ? Precedence(token.Keyword) : 0;

    private static int Precedence(string operation) => operation switch
    {
        "or" => 1,
        "and" or "unless" => 2,
        "==" or "!=" or ">" or ">=" or "<" or "<=" => 3,
        "+" or "-" => 4,
        "*" or "/" or "%" => 5,
        "^" => 6,
        _ => 0,
    };

    private (bool ReturnBool, VectorMatching? Matching) Modifiers(string operation)
    {
        var returnBool = cursor.TryTakeWord("bool");
        if (returnBool && !Comparisons.Contains(operation))
            throw new LogQlSyntaxException("bool modifier can only be used on comparison operators", cursor.Current.Position);
        var on = cursor.Current.IsWord("on");
        if (!on && !cursor.Current.IsWord("ignoring"))
            return (returnBool, null);
        cursor.Take();
        var labels = Names();
        bool left = cursor.TryTakeWord("group_left"), right = !left && cursor.TryTakeWord("group_right");
        var include = (left || right) && cursor.Current.Is("(") ? Names() : [];
        return (returnBool, new VectorMatching(on, labels, left, right, include));
    }

    private List<string> Names()
    {
        cursor.Expect("(");
        var names = new List<string>();
        while (!cursor.Current.Is(")"))
        {
            if (names.Count > 0)
                cursor.Expect(",");
            cursor.CountPart();
            names.Add(cursor.Expect(LogQlTokenKind.Identifier).Text);
        }
        cursor.Expect(")");
        return names;
    }

    private LogQlExpr Primary()
    {
        var token = cursor.Current;
        if (cursor.TryTake("("))
        {
            var inner = Expression(0);
            cursor.Expect(")");
            return inner;
        }
        if (token.Kind == LogQlTokenKind.Number || ((token.Is("-") || token.Is("+")) && cursor.Peek(1).Kind == LogQlTokenKind.Number))
        {
            var sign = token.Is("-") ? -1 : 1;
            if (token.Kind == LogQlTokenKind.Symbol)
                cursor.Take();
            return new NumberExpr(token.Position, sign * Number());
        }
        if (token.Kind != LogQlTokenKind.Identifier)
            throw cursor.Unexpected();
        if (RangeOperations.Contains(token.Keyword))
            return RangeAggregation();
        if (VectorOperations.Contains(token.Keyword))
            return VectorAggregation();
        if (token.IsWord("vector"))
            return Vector();
        if (token.IsWord("label_replace"))
            return LabelReplace();
        throw new LogQlSyntaxException($"syntax error: unexpected IDENTIFIER ({token.Text} is no LogQL function that this server knows)", token.Position);
    }

    private double Number()
    {
        var token = cursor.Expect(LogQlTokenKind.Number);
        return double.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new LogQlSyntaxException($"syntax error: unexpected DURATION or BYTES \"{token.Text}\", expecting NUMBER", token.Position);
    }

    private VectorExpr Vector()
    {
        var position = cursor.Take().Position;
        cursor.Expect("(");
        var value = Number();
        cursor.Expect(")");
        return new VectorExpr(position, value);
    }

    private LabelReplaceExpr LabelReplace()
    {
        var position = cursor.Take().Position;
        cursor.Expect("(");
        var inner = Expression(0);
        var texts = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            cursor.Expect(",");
            texts.Add(cursor.Expect(LogQlTokenKind.String).Text);
        }
        cursor.Expect(")");
        var regex = LogQlRegex.Anchored(texts[3]);
        var template = new RegexTemplate(texts[1], RegexTemplate.GroupsOf(texts[3]));
        return new LabelReplaceExpr(position, inner, texts[0], texts[1], texts[2], texts[3], regex, template);
    }

    private VectorAggregationExpr VectorAggregation()
    {
        var token = cursor.Take();
        var operation = token.Keyword;
        var grouping = TryGrouping();
        cursor.Expect("(");
        var parameter = operation is "topk" or "bottomk" or "approx_topk" ? Count(operation, token.Position) : 0;
        if (cursor.Current.Kind == LogQlTokenKind.Number && cursor.Peek(1).Is(","))
            throw new LogQlSyntaxException($"unsupported parameter for operation {operation}({cursor.Current.Text},", token.Position);
        var inner = Expression(0);
        cursor.Expect(")");
        grouping ??= TryGrouping();
        if (operation == "approx_topk" && grouping is not null)
            throw new LogQlSyntaxException("grouping not allowed for approx_topk aggregation", token.Position);
        return new VectorAggregationExpr(token.Position, operation, parameter, inner, grouping);
    }

    private int Count(string operation, int position)
    {
        if (cursor.Current.Kind != LogQlTokenKind.Number || !cursor.Peek(1).Is(","))
            throw new LogQlSyntaxException($"parameter required for operation {operation}", position);
        var text = cursor.Take().Text;
        cursor.Expect(",");
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            throw new LogQlSyntaxException($"invalid parameter {operation}({text},", position);
        return count > 0 ? count : throw new LogQlSyntaxException($"invalid parameter (must be greater than 0) {operation}({text}", position);
    }

    private Grouping? TryGrouping()
    {
        if (!cursor.Current.IsWord("by") && !cursor.Current.IsWord("without"))
            return null;
        var without = cursor.Take().IsWord("without");
        return new Grouping(without, Names());
    }

    private RangeAggregationExpr RangeAggregation()
    {
        var token = cursor.Take();
        cursor.Expect("(");
        double? parameter = null;
        if (cursor.Current.Kind == LogQlTokenKind.Number)
        {
            parameter = Number();
            cursor.Expect(",");
        }
        var (log, unwrap, range, offset) = LogRange();
        cursor.Expect(")");
        var grouping = TryGrouping();
        var expr = new RangeAggregationExpr(token.Position, token.Keyword, parameter, log, unwrap, range, offset, grouping);
        Validate(expr);
        return expr;
    }

    // The range stands behind the selector, behind the pipeline, or behind the unwrap; an offset follows it.
    private (LogExpr Log, Unwrap? Unwrap, long RangeNanos, long OffsetNanos) LogRange()
    {
        if (cursor.TryTake("("))
        {
            cursor.Enter();
            var inner = LogRange(needsRange: false);
            cursor.Expect(")");
            cursor.Leave();
            return inner.RangeNanos > 0 ? inner : (inner.Log, inner.Unwrap, RangeNanos(), OffsetNanos());
        }
        return LogRange(needsRange: true);
    }

    private (LogExpr Log, Unwrap? Unwrap, long RangeNanos, long OffsetNanos) LogRange(bool needsRange)
    {
        var position = cursor.Current.Position;
        var matchers = _pipeline.Matchers();
        var stages = new List<LineStage>();
        long range = 0, offset = 0;
        TryRange(ref range, ref offset);
        _pipeline.Stages(stages);
        TryRange(ref range, ref offset);
        var unwrap = cursor.Current.Is("|") ? UnwrapStage() : null;
        TryRange(ref range, ref offset);
        if (range == 0 && needsRange)
            throw cursor.Unexpected("RANGE");
        return (new LogExpr(position, matchers, stages), unwrap, range, offset);
    }

    private void TryRange(ref long range, ref long offset)
    {
        if (range != 0 || !cursor.Current.Is("["))
            return;
        range = RangeNanos();
        offset = OffsetNanos();
    }

    private long RangeNanos()
    {
        cursor.Expect("[");
        var token = cursor.Expect(LogQlTokenKind.Number);
        cursor.Expect("]");
        return LogQlUnits.TryRangeNanos(token.Text, out var nanos) && nanos > 0
            ? nanos
            : throw new LogQlSyntaxException($"not a valid duration string: \"{token.Text}\"", token.Position);
    }

    private long OffsetNanos()
    {
        if (!cursor.TryTakeWord("offset"))
            return 0;
        var negative = cursor.TryTake("-");
        var token = cursor.Expect(LogQlTokenKind.Number);
        if (!LogQlUnits.TryRangeNanos(token.Text, out var nanos))
            throw new LogQlSyntaxException($"not a valid duration string: \"{token.Text}\"", token.Position);
        return negative ? -nanos : nanos;
    }

    private Unwrap UnwrapStage()
    {
        cursor.Expect("|");
        if (!cursor.TryTakeWord("unwrap"))
            throw cursor.Unexpected("unwrap");
        var name = cursor.Expect(LogQlTokenKind.Identifier);
        if (!cursor.TryTake("("))
            return new Unwrap(name.Text, UnwrapConversion.Number, null, _pipeline.PostFilters());
        var conversion = name.Keyword switch
        {
            "duration" or "duration_seconds" => UnwrapConversion.Seconds,
            "bytes" => UnwrapConversion.Bytes,
            _ => throw new LogQlSyntaxException($"syntax error: unexpected {name.Text}, expecting duration, duration_seconds or bytes", name.Position),
        };
        var label = cursor.Expect(LogQlTokenKind.Identifier).Text;
        cursor.Expect(")");
        return new Unwrap(label, conversion, name.Keyword, _pipeline.PostFilters());
    }

    private static void Validate(RangeAggregationExpr expr)
    {
        var operation = expr.Operation;
        if (operation == "quantile_over_time" && expr.Parameter is null)
            throw new LogQlSyntaxException("parameter required for operation quantile_over_time", -1);
        if (operation != "quantile_over_time" && expr.Parameter is { } parameter)
            throw new LogQlSyntaxException($"parameter {parameter.ToString(CultureInfo.InvariantCulture)} not supported for operation {operation}", -1);
        if (expr.Grouping is not null && !WithGrouping.Contains(operation))
            throw new LogQlSyntaxException($"grouping not allowed for {operation} aggregation", -1);
        var countsLines = operation is "count_over_time" or "bytes_over_time" or "bytes_rate";
        if (expr.Unwrap is not null && countsLines)
            throw new LogQlSyntaxException($"invalid aggregation {operation} with unwrap", -1);
        if (expr.Unwrap is null && !countsLines && operation is not ("rate" or "absent_over_time"))
            throw new LogQlSyntaxException($"invalid aggregation {operation} without unwrap", -1);
    }
}
