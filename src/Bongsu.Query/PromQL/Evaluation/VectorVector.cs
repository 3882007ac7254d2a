using Bongsu.Query.PromQL.Syntax;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>
/// An arithmetic or comparison operator between two vectors. Series meet by the labels of their match group; within a group at each step the "one"
/// side may have one series only. Not thread-safe; one per operator.
/// </summary>
internal sealed class VectorVector
{
    private readonly BinaryExpr _expr;
    private readonly VectorMatching _matching;
    private readonly TimeGrid _grid;
    private readonly QueryContext _context;
    private readonly LabelProjection _signatures;
    private readonly Dictionary<LabelSet, StepSeries> _results = [];
    private readonly Dictionary<(LabelSet Many, LabelSet One), StepSeries> _pairs = [];

    private (LabelSet? Many, LabelSet? One, StepSeries? Result) _last;

    private VectorVector(BinaryExpr expr, TimeGrid grid, QueryContext context)
    {
        _expr = expr;
        _matching = expr.Matching ?? VectorMatching.Default;
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
                groups[key] = group = NewGroup();
            group.Add(series);
            _context.Check();
        }
        CheckDuplicates(groups, many);
        foreach (var series in many)
        {
            _context.Check();
            var key = _signatures.Of(series.Labels);
            groups.TryGetValue(key, out var group);
            if (group is not null || _matching.FillRight is not null)
                Match(series, key, group ?? (groups[key] = NewGroup()));
        }
        if (_matching.FillLeft is { } fill)
            FillMany(groups, fill);
        _context.Release((long)groups.Count * _grid.Count);
    }

    private MatchGroup NewGroup()
    {
        _context.Hold(_grid.Count);
        return new MatchGroup(_grid.Count);
    }

    // Two series of the "one" side in a group are an error even when nothing meets them, unless the other side is empty at the moment.
    private void CheckDuplicates(Dictionary<LabelSet, MatchGroup> groups, List<StepSeries> many)
    {
        var isFilled = _matching.FillLeft is not null || _matching.FillRight is not null;
        foreach (var (key, group) in groups)
        {
            for (var step = 0; group.HasDuplicates && step < _grid.Count; step++)
            {
                if (group.Duplicate(step) is { } second && (isFilled || many.Exists(s => s.Has(step))))
                    throw Duplicates(key, group.One[step]!, second);
            }
        }
    }

    private void Match(StepSeries series, LabelSet key, MatchGroup group)
    {
        for (var step = 0; step < _grid.Count; step++)
        {
            if (!series.Has(step))
                continue;
            if (group.One[step] is { } partner)
                Combine(series.Labels, series.DropName, BinaryOperand.At(series, step), partner.Labels, BinaryOperand.At(partner, step), step, group.Taken);
            else if (_matching.FillRight is { } fill)
                Combine(series.Labels, series.DropName, BinaryOperand.At(series, step), key, BinaryOperand.Of(fill), step, group.Taken);
        }
    }

    // Why: which side is filled goes by the order in which they are matched, the "many" side first, as in Prometheus: with group_right, fill_left fills the right.
    private void FillMany(Dictionary<LabelSet, MatchGroup> groups, double fill)
    {
        foreach (var (key, group) in groups)
        {
            for (var step = 0; step < _grid.Count; step++)
            {
                if (group.One[step] is { } one && !group.Taken[step])
                    Combine(key, false, BinaryOperand.Of(fill), one.Labels, BinaryOperand.At(one, step), step, group.Taken);
            }
        }
    }

    private PromEvaluationException Duplicates(LabelSet key, StepSeries first, StepSeries second)
    {
        var side = _matching.Cardinality == MatchCardinality.OneToMany ? "left" : "right";
        // Why: in order, so that the message does not depend on which was found first.
        var (a, b) = (SeriesText.Of(first.Labels), SeriesText.Of(second.Labels));
        if (string.CompareOrdinal(a, b) > 0)
            (a, b) = (b, a);
        return new PromEvaluationException(QueryFailureKind.Execution,
            $"found duplicate series for the match group {SeriesText.Of(key)} on the {side} hand-side of the operation: "
            + $"[{a}, {b}];many-to-many matching not allowed: matching labels must be unique on one side");
    }

    private void Combine(LabelSet manyLabels, bool dropName, BinaryOperand many, LabelSet oneLabels, BinaryOperand one, int step, bool[] taken)
    {
        if (_matching.Cardinality == MatchCardinality.OneToOne && taken[step])
        {
            throw new PromEvaluationException(QueryFailureKind.Execution,
                "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
        }
        taken[step] = true;
        var swap = _matching.Cardinality == MatchCardinality.OneToMany;
        var value = swap ? Value(one, many) : Value(many, one);
        if (!value.IsPresent)
            return;
        var result = ResultOf(manyLabels, oneLabels, dropName);
        if (result.Has(step))
        {
            throw new PromEvaluationException(QueryFailureKind.Execution,
                "multiple matches for labels: grouping labels must ensure unique matches");
        }
        VectorScalar.Store(result, step, value);
    }

    private BinaryOperand Value(BinaryOperand a, BinaryOperand b)
    {
        if (!_expr.Operator.IsComparison())
            return BinaryMath.Arithmetic(_expr, a, b, _context);
        var holds = BinaryMath.Comparison(_expr, a, b, _context);
        if (_expr.ReturnBool)
            return holds is null ? default : BinaryOperand.Of(holds.Value ? 1 : 0);
        return holds == true ? a : default;
    }

    private StepSeries ResultOf(LabelSet many, LabelSet one, bool dropName)
    {
        // Fast path: the same two series as at the step before.
        if (ReferenceEquals(many, _last.Many) && ReferenceEquals(one, _last.One))
            return _last.Result!;
        var found = FindResult(many, one, dropName);
        _last = (many, one, found);
        return found;
    }

    private StepSeries FindResult(LabelSet many, LabelSet one, bool dropName)
    {
        if (_pairs.TryGetValue((many, one), out var known))
            return known;
        var labels = ResultLabels(many, one);
        if (!_results.TryGetValue(labels, out var result))
        {
            _results[labels] = result = new StepSeries(labels, _context.Rent(_grid.Count)) { DropName = DropsName || dropName };
        }
        _pairs[(many, one)] = result;
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
