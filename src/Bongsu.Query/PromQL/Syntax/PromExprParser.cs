using Bongsu.Telemetry.Labels;
using MatchType = Bongsu.Telemetry.Labels.MatchType;

namespace Bongsu.Query.PromQL.Syntax;

/// <summary>Recursive descent over the tokens of one query, operators by precedence. Not thread-safe; one per query.</summary>
internal sealed class PromExprParser(List<PromToken> tokens, bool experimental) : PromDurationReader(tokens)
{
    private const string Flag = ": it needs " + PromQlParser.ExperimentalFlag;

    private int _labels;
    private int _regexes;

    public PromExpr Parse()
    {
        if (Current.Kind == PromTokenKind.End)
            throw new PromParseException(0, "no expression found in input");
        var expr = Binary(1);
        Expect(PromTokenKind.End, "");
        return expr;
    }

    private PromExpr Binary(int minPrecedence)
    {
        Enter();
        var left = Unary();
        while (PromOperators.At(Current) is { } op && op.Precedence() >= minPrecedence)
        {
            var sign = Take();
            var returnBool = Current.Is("bool") && Take().Kind == PromTokenKind.Identifier;
            var matching = Matching();
            // Why: the power operator alone groups to the right.
            var right = Binary(op == BinaryOperator.Power ? op.Precedence() : op.Precedence() + 1);
            left = Checked(new BinaryExpr(Between(left, right), op, left, right, returnBool, matching)
            { Depth = Math.Max(left.Depth, right.Depth) + 1, OperatorAt = sign.Span.Start });
        }
        Leave();
        return left;
    }

    private PromExpr Unary()
    {
        if (!Current.IsOperator("-") && !Current.IsOperator("+"))
            return Postfix(Primary());
        var sign = Take();
        var inner = Binary(BinaryOperator.Power.Precedence());
        var span = new TextSpan(sign.Span.Start, inner.Span.End);
        if (inner is NumberExpr { IsDuration: false } number)
            return number with { Span = span, Value = sign.Text == "-" ? -number.Value : number.Value };
        return Checked(new UnaryExpr(span, sign.Text == "-", inner) { Depth = inner.Depth + 1 });
    }

    private PromExpr Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case PromTokenKind.Number or PromTokenKind.Duration:
                Take();
                return new NumberExpr(token.Span, token.Number, token.Kind == PromTokenKind.Duration);
            case PromTokenKind.String:
                Take();
                return new StringExpr(token.Span, token.Text);
            case PromTokenKind.LeftParen:
                Take();
                var inner = Binary(1);
                var close = Expect(PromTokenKind.RightParen, "in parenthesized expression");
                return Checked(new ParenExpr(new TextSpan(token.Span.Start, close.Span.End), inner) { Depth = inner.Depth + 1 });
            case PromTokenKind.LeftBrace:
                return Selector(null, token.Span.Start);
            case PromTokenKind.Identifier:
                return Named(token);
            default:
                throw Unexpected("");
        }
    }

    private PromExpr Named(PromToken name)
    {
        if (PromKeywords.IsReserved(name.Text))
            throw Unexpected("");
        var next = Following;
        if (PromKeywords.IsAggregation(name.Text) && (next.Kind == PromTokenKind.LeftParen || next.Is("by") || next.Is("without")))
            return Aggregate();
        Take();
        return next.Kind == PromTokenKind.LeftParen ? Call(name) : Selector(name, name.Span.Start);
    }

    private AggregateExpr Aggregate()
    {
        var op = Take();
        var (grouping, without) = Grouping();
        Expect(PromTokenKind.LeftParen, "in aggregation");
        var arguments = Arguments();
        var end = Previous.Span.End;
        if (grouping is null)
        {
            (grouping, without) = Grouping();
            end = Previous.Span.End;
        }
        var name = op.Text.ToLowerInvariant();
        if (!experimental && name is "limitk" or "limit_ratio")
            throw new PromParseException(op.Span.Start, $"{name}() is experimental and must be enabled with {PromQlParser.ExperimentalFlag}");
        var takesParameter = name is "topk" or "bottomk" or "quantile" or "count_values" or "limitk" or "limit_ratio";
        if (arguments.Count == 0)
            throw new PromParseException(op.Span.Start, "no arguments for aggregate expression provided");
        if (arguments.Count != (takesParameter ? 2 : 1))
        {
            throw new PromParseException(op.Span.Start,
                $"wrong number of arguments for aggregate expression provided, expected {(takesParameter ? 2 : 1)}, got {arguments.Count}");
        }
        return (AggregateExpr)Checked(new AggregateExpr(new TextSpan(op.Span.Start, end), name, arguments[^1], takesParameter ? arguments[0] : null,
            grouping ?? [], without)
        { Depth = DepthOf(arguments) });
    }

    private (List<string>? Labels, bool Without) Grouping()
    {
        if (!Current.Is("by") && !Current.Is("without"))
            return (null, false);
        var without = Take().Is("without");
        return (LabelList("in grouping opts"), without);
    }

    private CallExpr Call(PromToken name)
    {
        var function = PromFunctions.Find(name.Text) ?? throw new PromParseException(name.Span.Start, $"unknown function with name \"{name.Text}\"");
        if (function.IsExperimental && !experimental)
            throw new PromParseException(name.Span.Start, $"function \"{name.Text}\" is not enabled{Flag}");
        Take();
        var arguments = Arguments();
        return (CallExpr)Checked(new CallExpr(new TextSpan(name.Span.Start, Previous.Span.End), function, arguments) { Depth = DepthOf(arguments) });
    }

    private List<PromExpr> Arguments()
    {
        var arguments = new List<PromExpr>();
        if (Current.Kind == PromTokenKind.RightParen)
        {
            Take();
            return arguments;
        }
        while (true)
        {
            arguments.Add(Binary(1));
            if (Current.Kind != PromTokenKind.Comma)
                break;
            var comma = Take();
            if (Current.Kind == PromTokenKind.RightParen)
                throw new PromParseException(comma.Span.Start, "trailing commas not allowed in function call args");
        }
        Expect(PromTokenKind.RightParen, "in function call arguments");
        return arguments;
    }

    private VectorMatching? Matching()
    {
        var matching = Meeting();
        if (FillWord(Current) is not { } word || Following.Kind != PromTokenKind.LeftParen)
            return matching;
        if (!experimental)
            throw new PromParseException(Current.Span.Start, "binop fill modifiers are experimental and not enabled" + Flag);
        matching ??= VectorMatching.Default;
        var value = FillValue();
        if (word == "fill")
            return matching with { FillLeft = value, FillRight = value };
        var other = word == "fill_left" ? "fill_right" : "fill_left";
        var second = FillWord(Current) == other && Following.Kind == PromTokenKind.LeftParen ? FillValue() : (double?)null;
        return word == "fill_left" ? matching with { FillLeft = value, FillRight = second } : matching with { FillLeft = second, FillRight = value };
    }

    private static string? FillWord(PromToken token) =>
        token.Is("fill") ? "fill" : token.Is("fill_left") ? "fill_left" : token.Is("fill_right") ? "fill_right" : null;

    private double FillValue()
    {
        Take();
        Take();
        var sign = Current.IsOperator("-") || Current.IsOperator("+") ? Take() : default;
        if (Current.Kind is not (PromTokenKind.Number or PromTokenKind.Duration))
            throw Unexpected("in fill modifier", "number");
        var value = Take().Number;
        Expect(PromTokenKind.RightParen, "in fill modifier");
        return sign.Text == "-" ? -value : value;
    }

    private VectorMatching? Meeting()
    {
        if (!Current.Is("on") && !Current.Is("ignoring"))
            return null;
        var on = Take().Is("on");
        var labels = LabelList("in grouping opts");
        if (!Current.Is("group_left") && !Current.Is("group_right"))
            return new VectorMatching(on, labels, MatchCardinality.OneToOne, []);
        var cardinality = Take().Is("group_left") ? MatchCardinality.ManyToOne : MatchCardinality.OneToMany;
        List<string> include = Current.Kind == PromTokenKind.LeftParen ? LabelList("in grouping opts") : [];
        return new VectorMatching(on, labels, cardinality, include);
    }

    private List<string> LabelList(string context)
    {
        var labels = new List<string>();
        Expect(PromTokenKind.LeftParen, context);
        while (Current.Kind != PromTokenKind.RightParen)
        {
            if (Current.Kind is not (PromTokenKind.Identifier or PromTokenKind.String) && !IsWordNumber(Current))
                throw Unexpected(context, "label");
            var label = TakeLabel();
            if (label.Text.Length == 0 || (label.Kind == PromTokenKind.Identifier && label.Text.Contains(':', StringComparison.Ordinal)))
                throw new PromParseException(label.Span.Start, $"invalid label name for grouping: \"{label.Text}\"");
            labels.Add(label.Text);
            if (Current.Kind != PromTokenKind.Comma)
                break;
            Take();
        }
        Expect(PromTokenKind.RightParen, context, "\",\" or \")\"");
        return labels;
    }

    private SelectorExpr Selector(PromToken? name, int start)
    {
        var matchers = new List<LabelMatcher>();
        var metric = name?.Text;
        if (metric is not null)
            matchers.Add(new LabelMatcher(MatchType.Equal, LabelNames.MetricName, metric));
        if (Current.Kind == PromTokenKind.LeftBrace)
            Matchers(matchers);
        var span = new TextSpan(start, Previous.Span.End);
        return new SelectorExpr(span, metric, matchers);
    }

    private void Matchers(List<LabelMatcher> matchers)
    {
        Take();
        while (Current.Kind != PromTokenKind.RightBrace)
        {
            if (Current.Kind is not (PromTokenKind.Identifier or PromTokenKind.String))
                throw Unexpected("in label matching", "identifier or \"}\"");
            var label = TakeLabel();
            if (label.Kind == PromTokenKind.String && Current.Kind is PromTokenKind.Comma or PromTokenKind.RightBrace)
            {
                matchers.Add(new LabelMatcher(MatchType.Equal, LabelNames.MetricName, label.Text));
            }
            else
            {
                matchers.Add(Matcher(label));
            }
            if (Current.Kind != PromTokenKind.Comma)
                break;
            Take();
        }
        Expect(PromTokenKind.RightBrace, "in label matching", "\",\" or \"}\"");
    }

    private PromToken TakeLabel() => ++_labels <= PromQlParser.MaxLabels
        ? Take()
        : throw new PromParseException(Current.Span.Start, $"query names more than {PromQlParser.MaxLabels} labels");

    private LabelMatcher Matcher(PromToken label)
    {
        MatchType? type = Current.Kind == PromTokenKind.Operator
            ? Current.Text switch { "=" => MatchType.Equal, "!=" => MatchType.NotEqual, "=~" => MatchType.Regex, "!~" => MatchType.NotRegex, _ => null }
            : null;
        if (type is null)
            throw Unexpected("in label matching", "label matching operator");
        Take();
        var value = Current.Kind == PromTokenKind.String ? Take() : throw Unexpected("in label matching", "string");
        if (type is MatchType.Regex or MatchType.NotRegex && ++_regexes > PromQlParser.MaxRegexes)
            throw new PromParseException(value.Span.Start, $"query has more than {PromQlParser.MaxRegexes} regular expressions");
        try
        {
            return new LabelMatcher(type.Value, label.Text, value.Text);
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            throw new PromParseException(value.Span.Start, $"error parsing regexp: {failure.Message}");
        }
    }

    private PromExpr Postfix(PromExpr expr)
    {
        while (true)
        {
            if (Current.Kind == PromTokenKind.LeftBracket)
                expr = Checked(Brackets(expr));
            else if (Current.Is("offset"))
                expr = Offset(expr);
            else if (Current.Kind == PromTokenKind.At)
                expr = At(expr);
            else if (Current.Is("anchored") || Current.Is("smoothed"))
                expr = Edges(expr);
            else
                return expr;
        }
    }

    private PromExpr Brackets(PromExpr expr)
    {
        var open = Take();
        var (rangeMs, range) = PositiveDuration("in subquery or range selector");
        if (Current.Kind != PromTokenKind.Colon)
        {
            var end = Expect(PromTokenKind.RightBracket, "in subquery or range", "\":\" or \"]\"");
            if (expr is not SelectorExpr selector)
                throw new PromParseException(open.Span.Start, "ranges only allowed for vector selectors");
            if (selector.OffsetMs != 0 || selector.OffsetDuration is not null)
                throw new PromParseException(open.Span.Start, "no offset modifiers allowed before range");
            if (selector.At.Kind != AtKind.None)
                throw new PromParseException(open.Span.Start, "no @ modifiers allowed before range");
            return new RangeExpr(new TextSpan(expr.Span.Start, end.Span.End), selector, rangeMs) { RangeDuration = range, Depth = 2 };
        }
        Take();
        var (stepMs, step) = Current.Kind == PromTokenKind.RightBracket
            ? (0, null)
            : PositiveDuration("in subquery selector", "number, duration, step(), range(), or \"]\"");
        var close = Expect(PromTokenKind.RightBracket, "in subquery selector");
        return new SubqueryExpr(new TextSpan(expr.Span.Start, close.Span.End), expr, rangeMs, stepMs)
        { RangeDuration = range, StepDuration = step, Depth = expr.Depth + 1 };
    }

    private PromExpr Offset(PromExpr expr)
    {
        Take();
        var (offset, duration) = OffsetDuration();
        var span = new TextSpan(expr.Span.Start, Previous.Span.End);
        var (before, durationBefore) = expr switch
        {
            SelectorExpr s => (s.OffsetMs, s.OffsetDuration),
            RangeExpr r => (r.Selector.OffsetMs, r.Selector.OffsetDuration),
            SubqueryExpr q => (q.OffsetMs, q.OffsetDuration),
            _ => (0, null),
        };
        if (before != 0 || durationBefore is not null)
            throw new PromParseException(expr.Span.Start, "offset may not be set multiple times");
        return expr switch
        {
            SelectorExpr s => s with { OffsetMs = offset, OffsetDuration = duration, Span = span },
            RangeExpr r => r with { Selector = r.Selector with { OffsetMs = offset, OffsetDuration = duration }, Span = span },
            SubqueryExpr q => q with { OffsetMs = offset, OffsetDuration = duration, Span = span },
            _ => throw new PromParseException(expr.Span.Start,
                "offset modifier must be preceded by an instant vector selector or range vector selector or a subquery"),
        };
    }

    private PromExpr Edges(PromExpr expr)
    {
        var word = Take();
        var name = word.Text.ToLowerInvariant();
        if (!experimental)
            throw new PromParseException(expr.Span.Start, $"{name} modifier is experimental and not enabled{Flag}");
        var edges = name == "anchored" ? RangeEdges.Anchored : RangeEdges.Smoothed;
        var before = expr switch { SelectorExpr s => s.Edges, RangeExpr r => r.Selector.Edges, _ => RangeEdges.Plain };
        if (before != RangeEdges.Plain && before != edges)
            throw new PromParseException(expr.Span.Start, "anchored and smoothed modifiers cannot be used together");
        var span = new TextSpan(expr.Span.Start, word.Span.End);
        return expr switch
        {
            SelectorExpr s => s with { Edges = edges, Span = span },
            RangeExpr r => r with { Selector = r.Selector with { Edges = edges }, Span = span },
            SubqueryExpr => throw new PromParseException(expr.Span.Start, $"{name} modifier is not supported for subqueries"),
            _ => throw new PromParseException(expr.Span.Start, $"{name} modifier not implemented"),
        };
    }

    private PromExpr At(PromExpr expr)
    {
        var sign = Take();
        var at = AtTime(expr.Span.Start);
        var span = new TextSpan(expr.Span.Start, Previous.Span.End);
        var before = expr switch { SelectorExpr s => s.At, RangeExpr r => r.Selector.At, SubqueryExpr q => q.At, _ => default };
        if (before.Kind != AtKind.None)
            throw new PromParseException(sign.Span.Start, "@ <timestamp> may not be set multiple times");
        return expr switch
        {
            SelectorExpr s => s with { At = at, Span = span },
            RangeExpr r => r with { Selector = r.Selector with { At = at }, Span = span },
            SubqueryExpr q => q with { At = at, Span = span },
            _ => throw new PromParseException(expr.Span.Start,
                "@ modifier must be preceded by an instant vector selector or range vector selector or a subquery"),
        };
    }

    private static int DepthOf(List<PromExpr> arguments)
    {
        var depth = 1;
        foreach (var argument in arguments)
            depth = Math.Max(depth, argument.Depth + 1);
        return depth;
    }

    private static TextSpan Between(PromExpr left, PromExpr right) => new(left.Span.Start, right.Span.End);
}
