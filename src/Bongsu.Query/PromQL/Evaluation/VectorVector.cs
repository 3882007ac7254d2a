using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>
/// An arithmetic or comparison operator between two vectors. Series meet by the labels of their match group; within a group at each step the "one"
/// side may have one series only. Not thread-safe; one per operator.
/// </summary>
internal sealed class VectorVector
{
    private static readonly VectorMatching DefaultMatching = new(false, [], MatchCardinality.OneToOne, []);

    private readonly BinaryExpr _expr;
    private readonly VectorMatching _matching;
    private readonly TimeGrid _grid;
    private readonly QueryContext _context;
    private readonly LabelProjection _signatures;
    private readonly Dictionary<LabelSet, StepSeries> _results = [];
    private readonly Dictionary<(StepSeries Many, LabelSet One), StepSeries> _pairs = [];

    private (StepSeries? Many, StepSeries? One, StepSeries? Result) _last;

    private VectorVector(BinaryExpr expr, TimeGrid grid, QueryContext context)
    {
        _expr = expr;
        _matching = expr.Matching ?? DefaultMatching;
        _grid = grid;
        _context = context;
        _signatures = Signatures(expr.Matching);
    }

    private bool DropsName => !_expr.Operator.IsComparison() && !(_expr.Operator is BinaryOperator.TrimLower or BinaryOperator.TrimUpper) || _expr.ReturnBool;

    public static List<StepSeries> Apply(BinaryExpr expr, List<StepSeries> left, List<StepSeries> right, TimeGrid grid, QueryContext context)
    {
        var operation = new VectorVector(expr, grid, context);
        var swap = operation._matching.Cardinality == MatchCardinality.OneToMany;
        operation.Match(swap ? right : left, swap ? left : right);
        context.Return(left);
        context.Return(right);
        return [.. operation._results.Values];
    }

    /// <summary>What series must have in common to meet.</summary>
    public static LabelProjection Signatures(VectorMatching? matching) => matching is null ? LabelProjection.Dropping([])
        : matching.On ? LabelProjection.Keeping(matching.Labels) : LabelProjection.Dropping(matching.Labels);

    private void Match(List<StepSeries> many, List<StepSeries> one)
    {
        var groups = new Dictionary<LabelSet, MatchGroup>();
        foreach (var series in one)
        {
            var key = _signatures.Of(series.Labels);
            if (!groups.TryGetValue(key, out var group))
            {
                _context.Hold(_grid.Count);
                groups[key] = group = new MatchGroup(_grid.Count);
            }
            group.Add(series);
            _context.Check();
        }
        foreach (var series in many)
        {
            _context.Check();
            var key = _signatures.Of(series.Labels);
            if (groups.TryGetValue(key, out var group))
                Match(series, key, group);
        }
        _context.Release((long)groups.Count * _grid.Count);
    }

    private void Match(StepSeries series, LabelSet key, MatchGroup group)
    {
        for (var step = 0; step < _grid.Count; step++)
        {
            if (!series.Has(step) || group.One[step] is not { } partner)
                continue;
            if (group.Duplicate(step) is { } second)
                throw Duplicates(key, partner, second);
            Combine(series, partner, step, group.Taken);
        }
    }

    private PromEvaluationException Duplicates(LabelSet key, StepSeries first, StepSeries second)
    {
        var side = _matching.Cardinality == MatchCardinality.OneToMany ? "left" : "right";
        return new PromEvaluationException(QueryFailureKind.Execution,
            $"found duplicate series for the match group {Braces(key)} on the {side} hand-side of the operation: "
            + $"[{Braces(first.Labels)}, {Braces(second.Labels)}];many-to-many matching not allowed: matching labels must be unique on one side");
    }

    private static string Braces(LabelSet labels) =>
        "{" + string.Join(", ", labels.ToList().Select(l => $"{l.Name}={PromQlPrinter.Quote(l.Value)}")) + "}";

    private void Combine(StepSeries many, StepSeries one, int step, bool[] taken)
    {
        if (_matching.Cardinality == MatchCardinality.OneToOne && taken[step])
        {
            throw new PromEvaluationException(QueryFailureKind.Execution,
                "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
        }
        taken[step] = true;
        var swap = _matching.Cardinality == MatchCardinality.OneToMany;
        var (left, right) = swap ? (one, many) : (many, one);
        var (a, b) = (BinaryOperand.At(left, step), BinaryOperand.At(right, step));
        var value = Value(a, b, BinaryOperand.At(many, step));
        if (!value.IsPresent)
            return;
        var result = ResultOf(many, one);
        if (result.Has(step))
        {
            throw new PromEvaluationException(QueryFailureKind.Execution,
                "multiple matches for labels: grouping labels must ensure unique matches");
        }
        VectorScalar.Store(result, step, value);
    }

    private BinaryOperand Value(BinaryOperand a, BinaryOperand b, BinaryOperand many)
    {
        if (!_expr.Operator.IsComparison())
            return BinaryMath.Arithmetic(_expr, a, b, _context);
        var holds = BinaryMath.Comparison(_expr, a, b, _context);
        if (_expr.ReturnBool)
            return holds is null ? default : BinaryOperand.Of(holds.Value ? 1 : 0);
        return holds == true ? a : default;
    }

    private StepSeries ResultOf(StepSeries many, StepSeries one)
    {
        // Fast path: the same two series as at the step before.
        if (ReferenceEquals(many, _last.Many) && ReferenceEquals(one, _last.One))
            return _last.Result!;
        var found = FindResult(many, one);
        _last = (many, one, found);
        return found;
    }

    private StepSeries FindResult(StepSeries many, StepSeries one)
    {
        if (_pairs.TryGetValue((many, one.Labels), out var known))
            return known;
        var labels = ResultLabels(many.Labels, one.Labels);
        if (!_results.TryGetValue(labels, out var result))
        {
            _results[labels] = result = new StepSeries(labels, _context.Rent(_grid.Count)) { DropName = DropsName || many.DropName };
        }
        _pairs[(many, one.Labels)] = result;
        return result;
    }

    private LabelSet ResultLabels(LabelSet many, LabelSet one)
    {
        if (_matching.Cardinality == MatchCardinality.OneToOne)
        {
            if (_matching.On)
                return LabelProjection.Keeping(_matching.Labels).Of(many);
            var kept = new LabelSetBuilder(many);
            foreach (var label in _matching.Labels)
                kept.Remove(label);
            return kept.ToLabelSet();
        }
        var builder = new LabelSetBuilder(many);
        if (DropsName)
            builder.Remove("__name__"u8);
        foreach (var label in _matching.Include)
            builder.Set(label, one.Get(label) ?? "");
        return builder.ToLabelSet();
    }
}
