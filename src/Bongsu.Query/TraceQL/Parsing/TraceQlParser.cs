using Bongsu.Query.TraceQL.Evaluation;

namespace Bongsu.Query.TraceQL.Parsing;

/// <summary>Parses TraceQL into its tree. Pure; errors are values with line and column.</summary>
internal sealed class TraceQlParser
{
    private static readonly HashSet<string> SpansetOperators =
        ["&&", "||", ">", ">>", "<", "<<", "~", "!>", "!>>", "!<", "!<<", "!~", "&>", "&>>", "&<", "&<<", "&~"];

    private static readonly HashSet<string> Aggregates = ["count", "avg", "min", "max", "sum"];

    private static readonly HashSet<string> Metrics =
        ["rate", "count_over_time", "min_over_time", "max_over_time", "avg_over_time", "sum_over_time"];

    private static readonly HashSet<string> UnsupportedStages = ["quantile_over_time", "histogram_over_time", "compare", "topk", "bottomk"];

    private readonly TraceQlCursor _cursor;
    private readonly FieldParser _fields;

    private TraceQlParser(TraceQlCursor cursor) => (_cursor, _fields) = (cursor, new FieldParser(cursor));

    public static SpansetPipeline? TryParse(string text, TraceQlLimits limits, out QueryFailure? failure) =>
        Guard(text, limits, static parser => parser.Pipeline(), out failure);

    /// <summary>An attribute or an intrinsic alone.</summary>
    public static FieldExpr? TryParseField(string text, TraceQlLimits limits, out QueryFailure? failure) =>
        Guard(text, limits, static parser => parser._fields.Expression() is var field && field is AttributeField or IntrinsicField
            ? field
            : throw new TraceQlSyntaxException("not an attribute or intrinsic", 0), out failure);

    private static T? Guard<T>(string text, TraceQlLimits limits, Func<TraceQlParser, T> parse, out QueryFailure? failure)
        where T : class
    {
        failure = null;
        try
        {
            if (text.Length > limits.MaxQueryLength)
                throw new TraceQlSyntaxException($"query of {text.Length} characters; the limit is {limits.MaxQueryLength}", 0);
            var parser = new TraceQlParser(new TraceQlCursor(TraceQlLexer.Tokenize(text), limits));
            var parsed = parse(parser);
            return parser._cursor.Current.Kind == TraceQlTokenKind.End ? parsed : throw parser._cursor.Unexpected();
        }
        catch (TraceQlSyntaxException e)
        {
            failure = new QueryFailure(QueryFailureKind.BadQuery, Message(text, e));
            return null;
        }
    }

    private static string Message(string text, TraceQlSyntaxException e)
    {
        var before = text.AsSpan(0, Math.Min(e.Position, text.Length));
        return $"parse error at line {before.Count('\n') + 1}, col {before.Length - before.LastIndexOf('\n')}: {e.Message}";
    }

    private SpansetPipeline Pipeline()
    {
        _cursor.Enter();
        var stages = new List<PipelineStage>();
        if (_cursor.Current.Kind == TraceQlTokenKind.Word && _cursor.Current.Text is "coalesce" or "select" && !_cursor.Current.Is("{"))
            throw _cursor.Unexpected("{");
        stages.Add(Stage());
        while (_cursor.TryTake("|"))
        {
            if (stages[^1] is MetricStage)
                throw new TraceQlSyntaxException("nothing may follow a metrics function", _cursor.Current.Position);
            stages.Add(Stage());
        }
        _cursor.Leave();
        return new SpansetPipeline(stages);
    }

    private PipelineStage Stage()
    {
        var token = _cursor.Current;
        if (token.Kind == TraceQlTokenKind.Word)
        {
            if (Aggregates.Contains(token.Text))
                return ScalarFilter();
            if (Metrics.Contains(token.Text))
                return Metric();
            switch (token.Text)
            {
                case "by": return Group();
                case "coalesce": return Coalesce();
                case "select": return Select();
            }
            if (UnsupportedStages.Contains(token.Text))
                throw new TraceQlSyntaxException($"{token.Text}() is not supported", token.Position);
        }
        if (token.Kind == TraceQlTokenKind.Number)
            return ScalarFilter();
        return new SpansetStage(Spanset(0));
    }

    // && and || bind alike, structural operators tighter; all to the left.
    private SpansetExpr Spanset(int minimum)
    {
        _cursor.Enter();
        var left = SpansetPrimary();
        while (_cursor.Current.Kind == TraceQlTokenKind.Symbol && SpansetOperators.Contains(_cursor.Current.Text))
        {
            var precedence = _cursor.Current.Text is "&&" or "||" ? 1 : 2;
            if (precedence < minimum)
                break;
            var operation = _cursor.Take().Text;
            left = new SpansetBinary(operation, left, Spanset(precedence + 1));
        }
        _cursor.Leave();
        return left;
    }

    private SpansetExpr SpansetPrimary()
    {
        if (_cursor.TryTake("("))
        {
            var pipeline = Pipeline();
            if (pipeline.Stages.Any(s => s is MetricStage))
                throw new TraceQlSyntaxException("a metrics function may only end a query", _cursor.Previous.Position);
            _cursor.Expect(")");
            return pipeline.Stages is [SpansetStage only] ? only.Spanset : pipeline;
        }
        var start = _cursor.Current.Position;
        _cursor.Expect("{");
        if (_cursor.TryTake("}"))
            return new SpansetFilter(null);
        var condition = _fields.Expression();
        _cursor.Expect("}");
        return TraceQlTypes.Of(condition) is null or TraceValueKind.Bool
            ? new SpansetFilter(condition)
            : throw new TraceQlSyntaxException("span filter field expressions must resolve to a boolean", start);
    }

    private ScalarFilterStage ScalarFilter()
    {
        var start = _cursor.Current.Position;
        var left = Scalar(0);
        if (_cursor.Current.Kind != TraceQlTokenKind.Symbol || _cursor.Current.Text is not ("=" or "!=" or ">" or ">=" or "<" or "<="))
            throw _cursor.Unexpected("a comparison");
        var operation = _cursor.Take().Text;
        var right = Scalar(0);
        return left is ScalarLiteral && right is ScalarLiteral
            ? throw new TraceQlSyntaxException("a scalar filter must look at the spans", start)
            : new ScalarFilterStage(operation, left, right);
    }

    private ScalarExpr Scalar(int minimum)
    {
        _cursor.Enter();
        var left = ScalarPrimary();
        while (_cursor.Current.Kind == TraceQlTokenKind.Symbol && _cursor.Current.Text is "+" or "-" or "*" or "/" && _cursor.Current.Kind == TraceQlTokenKind.Symbol)
        {
            var precedence = _cursor.Current.Text is "+" or "-" ? 1 : 2;
            if (precedence < minimum)
                break;
            var operation = _cursor.Take().Text[0];
            left = new ScalarBinary(operation, left, Scalar(precedence + 1));
        }
        _cursor.Leave();
        return left;
    }

    private ScalarExpr ScalarPrimary()
    {
        if (_cursor.TryTake("("))
        {
            var inner = Scalar(0);
            _cursor.Expect(")");
            return inner;
        }
        var negative = _cursor.TryTake("-");
        var token = _cursor.Current;
        if (token.Kind == TraceQlTokenKind.Number)
        {
            var value = _fields.Number();
            return new ScalarLiteral(negative ? SpanEvaluation.Negate(value) : value);
        }
        if (negative || token.Kind != TraceQlTokenKind.Word || !Aggregates.Contains(token.Text))
            throw _cursor.Unexpected();
        _cursor.Take();
        _cursor.Expect("(");
        if (token.Text == "count")
        {
            _cursor.Expect(")");
            return new ScalarAggregate("count", null);
        }
        return new ScalarAggregate(token.Text, NumericField());
    }

    // The argument of an aggregate and its closing parenthesis.
    private FieldExpr NumericField()
    {
        var position = _cursor.Current.Position;
        var field = _fields.Expression();
        _cursor.Expect(")");
        if (!TraceQlTypes.IsNumber(TraceQlTypes.Of(field)))
            throw new TraceQlSyntaxException("aggregate field expressions must resolve to a number type", position);
        return TraceQlTypes.ReadsSpan(field) ? field : throw new TraceQlSyntaxException("aggregate field expressions must reference the span", position);
    }

    private GroupStage Group()
    {
        _cursor.Take();
        var (text, field) = Fields()[0];
        return new GroupStage(field, text);
    }

    private CoalesceStage Coalesce()
    {
        _cursor.Take();
        _cursor.Expect("(");
        _cursor.Expect(")");
        return new CoalesceStage();
    }

    private SelectStage Select()
    {
        _cursor.Take();
        return new SelectStage(Fields());
    }

    private MetricStage Metric()
    {
        var operation = _cursor.Take().Text;
        _cursor.Expect("(");
        FieldExpr? field = null;
        if (operation is "rate" or "count_over_time")
            _cursor.Expect(")");
        else
            field = NumericField();
        IReadOnlyList<(string, FieldExpr)> by = [];
        if (_cursor.Current.IsWord("by"))
        {
            _cursor.Take();
            by = Fields();
        }
        return new MetricStage(operation, field, by);
    }

    private List<(string Text, FieldExpr Field)> Fields()
    {
        _cursor.Expect("(");
        var fields = new List<(string, FieldExpr)>();
        do
        {
            var first = _cursor.Current;
            var field = _fields.Expression();
            if (!TraceQlTypes.ReadsSpan(field))
                throw new TraceQlSyntaxException("the expression must reference the span", first.Position);
            var text = field switch
            {
                AttributeField { Scope: AttributeScope.Any } attribute => "." + attribute.Name,
                AttributeField attribute => $"{attribute.Scope.ToString().ToLowerInvariant()}.{attribute.Name}",
                IntrinsicField intrinsic => intrinsic.Name,
                _ => "expression",
            };
            fields.Add((text, field));
        }
        while (_cursor.TryTake(","));
        _cursor.Expect(")");
        return fields;
    }
}
