using Bongsu.Query.TraceQL.Evaluation;

namespace Bongsu.Query.TraceQL.Parsing;

/// <summary>Parses TraceQL into its tree. Pure; errors are values with line and column.</summary>
internal sealed class TraceQlParser
{
    private static readonly HashSet<string> SpansetOperators =
        ["&&", "||", ">", ">>", "<", "<<", "~", "!>", "!>>", "!<", "!<<", "!~", "&>", "&>>", "&<", "&<<", "&~"];

    private static readonly HashSet<string> Aggregates = ["count", "avg", "min", "max", "sum"];

    private readonly TraceQlCursor _cursor;

    private readonly TraceQlLimits _limits;

    private TraceQlParser(TraceQlCursor cursor, TraceQlLimits limits) => (_cursor, _limits, Fields) = (cursor, limits, new FieldParser(cursor));

    public FieldParser Fields { get; }

    public static TraceQlQuery? TryParse(string text, TraceQlLimits limits, out QueryFailure? failure) =>
        Guard(text, limits, parser => parser.Query(limits), out failure);

    /// <summary>An attribute or an intrinsic alone.</summary>
    public static FieldExpr? TryParseField(string text, TraceQlLimits limits, out QueryFailure? failure) =>
        Guard(text, limits, static parser => parser.Fields.Expression() is var field && field is AttributeField or IntrinsicField
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
            var parser = new TraceQlParser(new TraceQlCursor(TraceQlLexer.Tokenize(text), limits), limits);
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

    private TraceQlQuery Query(TraceQlLimits limits)
    {
        if (_cursor.HasMetrics)
        {
            var metrics = new MetricParser(_cursor, this, limits).Root();
            return new TraceQlQuery(null, metrics, Hints());
        }
        var search = Pipeline();
        return new TraceQlQuery(search, null, Hints());
    }

    private TraceQlHints Hints()
    {
        var hints = TraceQlHints.None;
        while (_cursor.Current.IsWord("with"))
        {
            _cursor.Take();
            _cursor.Expect("(");
            do
            {
                var name = _cursor.Current.Kind == TraceQlTokenKind.Word ? _cursor.Take().Text : throw _cursor.Unexpected("a hint such as most_recent=true");
                _cursor.Expect("=");
                var position = _cursor.Current.Position;
                hints = hints.With(name, Fields.Literal() is { } value ? value : throw new TraceQlSyntaxException("a hint needs a literal", position));
            }
            while (_cursor.TryTake(","));
            _cursor.Expect(")");
        }
        return hints;
    }

    /// <summary>Stages up to the end, a closing parenthesis or a metrics function.</summary>
    public SpansetPipeline Pipeline()
    {
        _cursor.Enter();
        var stages = new List<PipelineStage>();
        if (_cursor.Current.IsWord("coalesce"))
            throw _cursor.Unexpected("{");
        stages.Add(Stage());
        while (_cursor.Current.Is("|") && !MetricParser.IsFunction(_cursor.Peek(1)))
        {
            _cursor.TakeOperator();
            stages.Add(Stage());
            if (stages.Count > _limits.MaxStages)
                throw new TraceQlSyntaxException($"more than {_limits.MaxStages} pipeline stages", _cursor.Current.Position);
        }
        _cursor.Leave();
        return new SpansetPipeline(stages);
    }

    private PipelineStage Stage()
    {
        var token = _cursor.Current;
        if (token.Kind == TraceQlTokenKind.Word)
        {
            switch (token.Text)
            {
                case "by": return Group();
                case "coalesce": return Coalesce();
                case "select": return Select();
                case "topk" or "bottomk": throw new TraceQlSyntaxException($"{token.Text} ranks the series of a metrics function such as rate(); there is none before it", token.Position);
            }
        }
        return ScalarFollows() ? ScalarFilter() : new SpansetStage(Spanset(0));
    }

    // An aggregate or a number, maybe behind parentheses and a minus: (count() + 1) > 2, but not (count() > 1 | …), which is a pipeline of its own.
    private bool ScalarFollows()
    {
        var ahead = 0;
        while (_cursor.Peek(ahead).Is("(") || _cursor.Peek(ahead).Is("-"))
            ahead++;
        var token = _cursor.Peek(ahead);
        return (token.Kind == TraceQlTokenKind.Number || (token.Kind == TraceQlTokenKind.Word && Aggregates.Contains(token.Text)))
            && !(_cursor.Current.Is("(") && HoldsPipeline());
    }

    private bool HoldsPipeline()
    {
        var level = 0;
        for (var i = 1; level >= 0 && _cursor.Peek(i).Kind != TraceQlTokenKind.End; i++)
        {
            var token = _cursor.Peek(i);
            if (token.Is("("))
                level++;
            else if (token.Is(")"))
                level--;
            else if (level == 0 && (token.Is("|") || token.IsComparison))
                return true;
        }
        return false;
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
            var operation = _cursor.TakeOperator().Text;
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
            if (_cursor.Current.Is("|"))
                throw new TraceQlSyntaxException("a metrics function may only end a query; nothing of it may be combined with spans", _cursor.Current.Position);
            _cursor.Expect(")");
            return pipeline.Stages is [SpansetStage only] ? only.Spanset : pipeline;
        }
        return Filter();
    }

    /// <summary><c>{ … }</c></summary>
    public SpansetFilter Filter()
    {
        var start = _cursor.Current.Position;
        _cursor.Expect("{");
        if (_cursor.TryTake("}"))
            return new SpansetFilter(null);
        var condition = Fields.Expression();
        _cursor.Expect("}");
        return TraceQlTypes.Of(condition) is null or TraceValueKind.Bool
            ? new SpansetFilter(condition)
            : throw new TraceQlSyntaxException("span filter field expressions must resolve to a boolean", start);
    }

    private ScalarFilterStage ScalarFilter()
    {
        var start = _cursor.Current.Position;
        var left = Scalar(0);
        if (!_cursor.Current.IsComparison)
            throw _cursor.Unexpected("a comparison");
        var operation = _cursor.Take().Text;
        var right = Scalar(0);
        return !LooksAtSpans(left) && !LooksAtSpans(right)
            ? throw new TraceQlSyntaxException("a scalar filter must look at the spans", start)
            : new ScalarFilterStage(operation, left, right);
    }

    private static bool LooksAtSpans(ScalarExpr expr) => expr is ScalarAggregate || (expr is ScalarBinary binary && (LooksAtSpans(binary.Left) || LooksAtSpans(binary.Right)));

    private ScalarExpr Scalar(int minimum)
    {
        _cursor.Enter();
        var left = ScalarPrimary();
        while (_cursor.Current is { Kind: TraceQlTokenKind.Symbol, Text: "+" or "-" or "*" or "/" or "%" or "^" })
        {
            var precedence = _cursor.Current.Text switch { "+" or "-" => 1, "^" => 3, _ => 2 };
            if (precedence < minimum)
                break;
            var operation = _cursor.TakeOperator().Text[0];
            left = new ScalarBinary(operation, left, Scalar(operation == '^' ? precedence : precedence + 1));
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
            var value = Fields.Number();
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
        var field = NumericField();
        _cursor.Expect(")");
        return new ScalarAggregate(token.Text, field);
    }

    /// <summary>The argument of an aggregate.</summary>
    public FieldExpr NumericField()
    {
        var position = _cursor.Current.Position;
        var field = Fields.Expression();
        if (!TraceQlTypes.IsNumber(TraceQlTypes.Of(field)))
            throw new TraceQlSyntaxException("aggregate field expressions must resolve to a number type", position);
        return TraceQlTypes.ReadsSpan(field) ? field : throw new TraceQlSyntaxException("aggregate field expressions must reference the span", position);
    }

    private GroupStage Group()
    {
        var position = _cursor.Take().Position;
        var fields = FieldList(attributesOnly: false);
        return fields is [var (text, field)] ? new GroupStage(field, text) : throw new TraceQlSyntaxException("by() groups spans by one field", position);
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
        return new SelectStage(FieldList(attributesOnly: true));
    }

    /// <summary>Fields in parentheses with the text that names each.</summary>
    public List<(string Text, FieldExpr Field)> FieldList(bool attributesOnly)
    {
        _cursor.Expect("(");
        var fields = new List<(string, FieldExpr)>();
        do
        {
            var position = _cursor.Current.Position;
            var start = _cursor.Position;
            var field = Fields.Expression();
            if (attributesOnly && field is not (AttributeField or IntrinsicField))
                throw new TraceQlSyntaxException("only attributes and intrinsics can stand here", position);
            if (!TraceQlTypes.ReadsSpan(field))
                throw new TraceQlSyntaxException("the expression must reference the span", position);
            if (fields.Count == _limits.MaxFields)
                throw new TraceQlSyntaxException($"more than {_limits.MaxFields} fields", position);
            fields.Add((field is AttributeField or IntrinsicField ? field.ToString()! : _cursor.TextSince(start), field));
        }
        while (_cursor.TryTake(","));
        _cursor.Expect(")");
        return fields;
    }
}
